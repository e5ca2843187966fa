import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcards, arnIn } from '../acknowledge.ts';
import { BasinFunction, type Platform } from './basin-function.ts';
import type { TokenKey } from './token-key.ts';

/** Long enough for a cluster that was just made to answer, and for a migration of a large table. */
const timeoutSeconds = 900;

/**
 * Brings the database to this release's schema during the deployment, which fails with the reason when that fails. What reads the new schema
 * must depend on `done`. Called by hand, it makes the first token.
 */
export class Migrate extends Construct {
	readonly function: BasinFunction;
	/** The schema is up to date, and the logins are there. */
	readonly done: CustomResource;

	constructor(scope: Construct, id: string, { platform, tokenKey }: { platform: Platform; tokenKey: TokenKey }) {
		super(scope, id);
		const { database, bundles } = platform;
		this.function = new BasinFunction(this, 'Migrate', {
			platform,
			bundle: 'migrate',
			description: 'Brings the schema up to date',
			login: 'migrate',
			timeoutSeconds,
			memoryMb: 512,
			environment: {
				BASIN_DATABASE_SECRET_ARN: database.ownerSecret.secretArn,
				BASIN_TOKEN_KEY: tokenKey.value,
			},
		});
		database.ownerSecret.grantRead(this.function.lambda);
		const provider = new Provider(this, 'Provider', {
			onEventHandler: this.function.lambda,
			logGroup: new LogGroup(this, 'ProviderLogs', {
				retention: RetentionDays.ONE_MONTH,
				removalPolicy: RemovalPolicy.DESTROY,
			}),
		});
		const journal = readFileSync(join(bundles, 'migrate', 'migrations', 'meta', '_journal.json'));
		this.done = new CustomResource(this, 'Schema', {
			serviceToken: provider.serviceToken,
			resourceType: 'Custom::BasinSchema',
			// Another release's migrations make CloudFormation call it again.
			properties: { migrations: createHash('sha256').update(journal).digest('hex') },
		});
		this.done.node.addDependency(database.cluster);
		acknowledgeManagedPolicy(
			provider,
			'CDK’s provider framework has Lambda’s own policy for its logs.',
			'AWSLambdaBasicExecutionRole',
		);
		acknowledgeWildcards(
			provider,
			'CDK’s provider framework may call every version of the one function that it calls.',
			[`Resource::${arnIn(this.function.lambda)}:*`],
		);
		Validations.of(provider).acknowledge({
			id: 'AwsSolutions-L1',
			reason: 'CDK chooses the runtime of its provider framework.',
		});
	}
}
