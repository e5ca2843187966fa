import { setTimeout as sleep } from 'node:timers/promises';
import { makeToken } from '@basin/api/access/token.ts';
import { readDatabasePassword } from '@basin/api/adapters/database-secret.ts';
import { createLog } from '@basin/api/log.ts';
import { isOutage } from '@basin/api/outage.ts';
import { defaultProject, type NewToken, TokenInput } from '@basin/core/contracts/access.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { openDatabase } from '@basin/db/client.ts';
import { grantLogins } from '@basin/db/grant-logins.ts';
import { migrate } from '@basin/db/migrate.ts';
import { findProject } from '@basin/db/projects/find.ts';
import { createToken } from '@basin/db/tokens/create.ts';
import { z } from 'zod';

/** What CDK's provider framework sends; it tells CloudFormation what is answered or thrown here. */
const ResourceEvent = z.object({ RequestType: z.enum(['Create', 'Update', 'Delete']) });
/** What the stack's owner sends for a first token: nobody has one yet to ask the API with. */
const TokenEvent = z.object({ task: z.literal('token'), token: TokenInput });

const retryMs = 2_000;
/** Kept to say what went wrong: a function that runs out of time says nothing. */
const reserveMs = 10_000;

type Context = { getRemainingTimeInMillis(): number };

const log = createLog((line) => process.stdout.write(line));
const env = readEnv(process.env);
const { DATABASE_URL: databaseUrl, BASIN_DATABASE_SECRET_ARN: secretArn, AWS_REGION: region } = env;
const signIn = secretArn === undefined ? {} : { password: () => readDatabasePassword({ secretArn, region }) };

/**
 * Brings the database to this release's schema, as a custom resource that a deployment waits for. A database that is still
 * starting is waited for; anything else, and a database that never comes, fails the deployment with the reason. Called by hand with
 * `{"task": "token", "token": {"name": "admin", "scope": "admin"}}` it makes a token, which is in the answer and nowhere else.
 */
export async function handler(event: unknown, context: Context): Promise<{ PhysicalResourceId: string } | NewToken> {
	if (databaseUrl === undefined) throw new Error('DATABASE_URL must be set.');
	const wish = TokenEvent.safeParse(event);
	if (wish.success) return issueToken(databaseUrl, wish.data.token);
	const { RequestType } = ResourceEvent.parse(event);
	// The tables of a stack that is deleted go or stay with its database.
	if (RequestType !== 'Delete') await migrateWhenUp(databaseUrl, context);
	return { PhysicalResourceId: 'basin-schema' };
}

async function issueToken(url: string, { project, ...wish }: TokenInput): Promise<NewToken> {
	if (env.BASIN_TOKEN_KEY === undefined) throw new Error('BASIN_TOKEN_KEY must be set: tokens are made with it.');
	const db = openDatabase(url, { max: 1, applicationName: 'basin-migrate', ...signIn });
	try {
		const projectId = project === undefined ? defaultProject.id : await findProject({ db, name: project });
		const { token, ...stored } = makeToken(env.BASIN_TOKEN_KEY, Date.now());
		return { ...(await createToken({ db, input: { ...wish, ...stored, projectId } })), token };
	} finally {
		await db.close();
	}
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
