import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcards, arnIn } from '../acknowledge.ts';

export type ArtifactsProps = {
	/** Keep the bucket when the stack goes. */
	retain: boolean;
	/** Where requests to the bucket are logged. */
	logs: Bucket;
};

/** Prefixes of the bucket's keys. */
const all = { sweeps: 'sweeps/*', checkpoints: 'checkpoints/*', datasets: 'datasets/*', uploads: 'uploads/*' };
type Prefix = keyof typeof all;

/** Models, histories, checkpoints and data sets. Private, TLS only, encrypted; what is deleted can be brought back for a week. */
export class Artifacts extends Construct {
	readonly bucket: Bucket;

	constructor(scope: Construct, id: string, { retain, logs }: ArtifactsProps) {
		super(scope, id);
		this.bucket = new Bucket(this, 'Bucket', {
			blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
			objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
			encryption: BucketEncryption.S3_MANAGED,
			enforceSSL: true,
			versioned: true,
			serverAccessLogsBucket: logs,
			serverAccessLogsPrefix: 'artifacts/',
			lifecycleRules: [
				{
					id: 'what-was-deleted-or-begun',
					noncurrentVersionExpiration: Duration.days(7),
					abortIncompleteMultipartUploadAfter: Duration.days(1),
					expiredObjectDeleteMarker: true,
				},
				// A checkpoint is replaced every minute: a week of them would cost more than all that is kept.
				{ id: 'old-checkpoints', prefix: 'checkpoints/', noncurrentVersionExpiration: Duration.days(1) },
				// An upload that nobody completed; its links end after an hour.
				{ id: 'abandoned-uploads', prefix: 'uploads/', expiration: Duration.days(2) },
			],
			removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
			autoDeleteObjects: !retain,
		});
	}

	grantRead(role: IRole, prefixes: Prefix[]): void {
		this.#grant(role, ['s3:GetObject'], prefixes);
	}

	/** To store, and to abort a store in parts that failed. */
	grantWrite(role: IRole, prefixes: Prefix[]): void {
		this.#grant(role, ['s3:PutObject', 's3:AbortMultipartUpload'], prefixes);
	}

	/** To delete, which leaves an older version for a while; never to delete a version. */
	grantDelete(role: IRole, prefixes: Prefix[]): void {
		this.#grant(role, ['s3:DeleteObject'], prefixes);
	}

	/** To list the keys; without it a read of what is not there would answer "denied". */
	grantList(role: IRole): void {
		const resources = [this.bucket.bucketArn];
		role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources }));
	}

	#grant(role: IRole, actions: string[], prefixes: Prefix[]): void {
		const resources = prefixes.map((prefix) => this.bucket.arnForObjects(all[prefix]));
		role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
		const findings = prefixes.map((prefix) => `Resource::${arnIn(this.bucket)}/${all[prefix]}`);
		acknowledgeWildcards(role, 'Keys are many; one prefix of one bucket is as narrow as a policy can be.', findings);
	}
}
