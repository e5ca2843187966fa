import { setTimeout as sleep } from 'node:timers/promises';
import { readDatabasePassword } from '@basin/api/adapters/database-secret.ts';
import { createLog } from '@basin/api/log.ts';
import { isOutage } from '@basin/api/outage.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { grantLogins } from '@basin/db/grant-logins.ts';
import { migrate } from '@basin/db/migrate.ts';
import { z } from 'zod';

/** What CDK's provider framework sends; it tells CloudFormation what is answered or thrown here. */
const ResourceEvent = z.object({ RequestType: z.enum(['Create', 'Update', 'Delete']) });

const retryMs = 2_000;
/** Kept to say what went wrong: a function that runs out of time says nothing. */
const reserveMs = 10_000;

type Context = { getRemainingTimeInMillis(): number };

const log = createLog((line) => process.stdout.write(line));
const { DATABASE_URL: databaseUrl, BASIN_DATABASE_SECRET_ARN: secretArn, AWS_REGION: region } = readEnv(process.env);
const signIn = secretArn === undefined ? {} : { password: () => readDatabasePassword({ secretArn, region }) };

/**
 * Brings the database to this release's schema, as a custom resource that a deployment waits for. A database that is still
 * starting is waited for; anything else, and a database that never comes, fails the deployment with the reason.
 */
export async function handler(event: unknown, context: Context): Promise<{ PhysicalResourceId: string }> {
	const { RequestType } = ResourceEvent.parse(event);
	if (databaseUrl === undefined) throw new Error('DATABASE_URL must be set.');
	// The tables of a stack that is deleted go or stay with its database.
	if (RequestType !== 'Delete') await migrateWhenUp(databaseUrl, context);
	return { PhysicalResourceId: 'basin-schema' };
}

async function migrateWhenUp(url: string, context: Context): Promise<void> {
	for (;;) {
		try {
			await migrate(url, signIn);
			await grantLogins(url, signIn);
			log.info('the schema is up to date');
			return;
		} catch (error) {
			const reason = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
			if (!isOutage(error) || context.getRemainingTimeInMillis() < reserveMs)
				throw new Error(`The schema could not be brought up to date: ${reason}`, { cause: error });
			log.warn('the database does not answer yet', { cause: reason });
			await sleep(retryMs);
		}
	}
}
