import { databaseLogins } from '@basin/core/contracts/database-logins.ts';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import {
	AuroraPostgresEngineVersion,
	ClusterInstance,
	DatabaseCluster,
	DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export type DatabaseProps = {
	vpc: IVpc;
	subnets: SubnetSelection;
	securityGroup: ISecurityGroup;
	/** Aurora capacity units at most. */
	maxCapacity: number;
	/** Keep a last snapshot when the stack goes, and refuse to be deleted by hand. */
	retain: boolean;
};

const databaseName = 'basin';

/** The server closes what has been idle so long: a frozen function keeps its connection, and a connection keeps the database awake. */
export const idleSessionSeconds = 60;
/** After so long without a connection it sleeps, and costs its storage only. */
export const autoPauseSeconds = 300;

/** Aurora Serverless v2, which sleeps when nobody is connected. Everybody but the migration signs in with a token of IAM. */
export class Database extends Construct {
	readonly cluster: DatabaseCluster;
	/** The password of the schema's owner, which RDS changes every week. */
	readonly ownerSecret: ISecret;

	constructor(scope: Construct, id: string, props: DatabaseProps) {
		super(scope, id);
		this.cluster = new DatabaseCluster(this, 'Cluster', {
			engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
			writer: ClusterInstance.serverlessV2('Writer', { autoMinorVersionUpgrade: true }),
			serverlessV2MinCapacity: 0,
			serverlessV2MaxCapacity: props.maxCapacity,
			serverlessV2AutoPauseDuration: Duration.seconds(autoPauseSeconds),
			defaultDatabaseName: databaseName,
			manageMasterUserPassword: true,
			credentials: { username: databaseLogins.migrate },
			iamAuthentication: true,
			storageEncrypted: true,
			parameters: {
				'rds.force_ssl': '1',
				idle_session_timeout: String(idleSessionSeconds * 1000),
			},
			backup: { retention: Duration.days(7) },
			copyTagsToSnapshot: true,
			deletionProtection: props.retain,
			removalPolicy: props.retain ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
			vpc: props.vpc,
			vpcSubnets: props.subnets,
			securityGroups: [props.securityGroup],
		});
		this.ownerSecret = this.cluster.secret!;
		if (!props.retain) {
			Validations.of(this.cluster).acknowledge({
				id: 'AwsSolutions-RDS10',
				reason: 'The stage keeps no data (retainData: false): one command must remove it all.',
			});
		}
	}

	/** Where `login` finds the database. The certificate is checked; there is no password in it. */
	urlOf(login: keyof typeof databaseLogins): string {
		const { hostname } = this.cluster.clusterEndpoint;
		return `postgres://${databaseLogins[login]}@${hostname}:5432/${databaseName}?sslmode=verify-full`;
	}

	/** Lets `grantee` sign in as `login`, and as nobody else. */
	grantSignIn(grantee: IGrantable, login: 'api' | 'worker'): void {
		this.cluster.grantConnect(grantee, databaseLogins[login]);
	}
}
