import { CfnOutput, Duration, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import { Platform as ImagePlatform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Api } from './constructs/api.ts';
import { Artifacts } from './constructs/artifacts.ts';
import { Database } from './constructs/database.ts';
import { DeadLetter, deadLetterVisibilitySeconds } from './constructs/dead-letter.ts';
import { GpuWorkers } from './constructs/gpu-workers.ts';
import { Migrate } from './constructs/migrate.ts';
import { Network } from './constructs/network.ts';
import { Observability } from './constructs/observability.ts';
import { Tick } from './constructs/tick.ts';
import { TokenKey } from './constructs/token-key.ts';
import { TrialQueue } from './constructs/trial-queue.ts';
import { Web } from './constructs/web.ts';
import type { Settings } from './settings.ts';

export type BasinStackProps = {
	settings: Settings;
	/** Where things lie on this machine. */
	folders: {
		repository: string;
		/** What `npm run bundle` made. */
		bundles: string;
		/** The built web app. */
		web: string;
	};
};

/** One stage of Basin: everything that it needs, in one stack, so that one command makes it and one removes it. */
export class BasinStack extends Stack {
	constructor(scope: Construct, id: string, { settings, folders }: BasinStackProps) {
		const description = `Basin (${settings.stage}): hyperparameter sweeps`;
		super(scope, id, { description, env: { region: settings.region }, terminationProtection: settings.retainData });
		Tags.of(this).add('basin-stage', settings.stage);

		const logs = accessLogs(this, settings.retainData);
		const network = new Network(this, 'Network', settings);
		const database = new Database(this, 'Database', {
			vpc: network.vpc,
			subnets: network.databaseSubnets,
			securityGroup: network.database,
			maxCapacity: settings.maxDatabaseCapacity,
			retain: settings.retainData,
		});
		const trialQueue = new TrialQueue(this, 'Queue', {
			deadLetterVisibility: Duration.seconds(deadLetterVisibilitySeconds),
		});
		const artifacts = new Artifacts(this, 'Artifacts', { retain: settings.retainData, logs });
		const platform = { network, database, trialQueue, artifacts, bundles: folders.bundles };

		const gpuWorkers = new GpuWorkers(this, 'GpuWorkers', {
			platform,
			image: workerImage(settings, folders.repository),
			instanceTypes: settings.gpuInstanceTypes,
			maxGpus: settings.maxGpus,
		});
		const tokenKey = new TokenKey(this, 'TokenKey');
		const migrate = new Migrate(this, 'Migrate', { platform, tokenKey });
		const tick = new Tick(this, 'Tick', {
			platform,
			gpuWorkers,
			maxGpus: settings.maxGpus,
			trialsPerWorker: settings.trialsPerWorker,
			stage: settings.stage,
		});
		const deadLetter = new DeadLetter(this, 'DeadLetter', { platform });
		const api = new Api(this, 'Api', {
			platform,
			tick,
			tokenKey,
			pricePerHour: settings.workerPricePerHour,
			currency: settings.currency,
		});
		for (const part of [gpuWorkers, tick, deadLetter, api]) part.node.addDependency(migrate.done);

		const web = new Web(this, 'Web', { folder: folders.web, api: api.url, logs });
		new Observability(this, 'Observability', {
			platform,
			api,
			tick,
			deadLetter,
			stage: settings.stage,
			email: settings.alarmEmail,
			monthlyBudgetUsd: settings.monthlyBudgetUsd,
			maxDatabaseCapacity: settings.maxDatabaseCapacity,
		});
		const output = (name: string, value: string) => new CfnOutput(this, name, { value });
		output('Url', `https://${web.distribution.distributionDomainName}`);
		output('Bucket', artifacts.bucket.bucketName);
		output('MigrateFunction', migrate.function.lambda.functionName);
	}
}

/** What gpu-worker/Dockerfile copies: a change of anything else makes no other image. */
export const imageContents = [
	'package.json',
	'package-lock.json',
	'.npmrc',
	'apps/*/package.json',
	'functions/package.json',
	'lab/package.json',
	'infra/package.json',
	'core/**',
	'db/**',
	'gpu-worker/**',
];

/** Docker builds it from the Dockerfile that every other machine uses, unless the settings name one that is built already. */
function workerImage({ workerImage: name }: Settings, repository: string): ContainerImage {
	if (name !== undefined) return ContainerImage.fromRegistry(name);
	return ContainerImage.fromAsset(repository, {
		file: 'gpu-worker/Dockerfile',
		platform: ImagePlatform.LINUX_AMD64,
		exclude: ['**', ...imageContents.map((path) => `!${path}`)],
	});
}

/** Who asked the buckets for what, for a month. */
function accessLogs(stack: Stack, retain: boolean): Bucket {
	const bucket = new Bucket(stack, 'AccessLogs', {
		blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
		objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
		encryption: BucketEncryption.S3_MANAGED,
		enforceSSL: true,
		lifecycleRules: [{ id: 'a-month', expiration: Duration.days(30) }],
		removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		autoDeleteObjects: !retain,
	});
	Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'It holds the logs of the others.' });
	return bucket;
}
