import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy } from '../acknowledge.ts';
import type { Artifacts } from './artifacts.ts';
import type { Database } from './database.ts';
import type { Network } from './network.ts';
import type { TrialQueue } from './trial-queue.ts';

/** What every function stands on. */
export type Platform = {
	network: Network;
	database: Database;
	trialQueue: TrialQueue;
	artifacts: Artifacts;
	/** Where `npm run bundle` put the functions, one folder each. */
	bundles: string;
};

export type BasinFunctionProps = {
	platform: Platform;
	/** A folder of the bundles. */
	bundle: 'api' | 'tick' | 'dead-letter' | 'migrate';
	description: string;
	timeoutSeconds: number;
	memoryMb: number;
	/** The login that its role may sign in to the database as. `migrate` has a password instead. */
	login: 'api' | 'migrate';
	/** Variables beside those of database, queue and bucket. */
	environment?: Record<string, string>;
};

/** One of `functions/`, in the network, with its logs kept for a month. It may sign in to the database; all else is granted by who makes it. */
export class BasinFunction extends Construct {
	readonly lambda: LambdaFunction;
	readonly role: IRole;

	constructor(scope: Construct, id: string, props: BasinFunctionProps) {
		super(scope, id);
		const { platform, bundle, login } = props;
		const { network, database, trialQueue, artifacts } = platform;
		const folder = join(platform.bundles, bundle);
		if (!existsSync(folder)) throw new Error(`${folder} is not there: run npm run bundle first.`);
		this.lambda = new LambdaFunction(this, 'Function', {
			description: props.description,
			code: Code.fromAsset(folder),
			handler: 'handler.handler',
			runtime: Runtime.NODEJS_22_X,
			architecture: Architecture.ARM_64,
			timeout: Duration.seconds(props.timeoutSeconds),
			memorySize: props.memoryMb,
			vpc: network.vpc,
			vpcSubnets: network.functionSubnets,
			securityGroups: [network.functions],
			ipv6AllowedForDualStack: true,
			logGroup: new LogGroup(this, 'Logs', {
				retention: RetentionDays.ONE_MONTH,
				removalPolicy: RemovalPolicy.DESTROY,
			}),
			environment: {
				DATABASE_URL: database.urlOf(login),
				...(login === 'migrate' ? {} : { BASIN_DATABASE_AUTH: 'iam' }),
				BASIN_QUEUE_URL: trialQueue.url,
				BASIN_BUCKET: artifacts.bucket.bucketName,
				// The way out of the network is IPv6; the endpoints that speak it have names of their own.
				AWS_USE_DUALSTACK_ENDPOINT: 'true',
				// Lambda's Node trusts RDS's certificates when told where they are.
				NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
				...props.environment,
			},
		});
		if (login !== 'migrate') database.grantSignIn(this.lambda, login);
		const reason =
			'Lambda’s own policies for a function’s logs and network interfaces: EC2 takes no narrower resource for these.';
		for (const policy of ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'])
			acknowledgeManagedPolicy(this.lambda, reason, policy);
		Validations.of(this.lambda).acknowledge({
			id: 'AwsSolutions-L1',
			reason: 'Node 22 is what every test runs on; a newer one comes with all of them.',
		});
		this.role = this.lambda.role!;
	}
}
