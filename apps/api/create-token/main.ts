/**
 * `npm run token -- --name NAME --scope read|submit|admin [--expires-days 90|never] [--project NAME]` makes a token and prints it: the
 * first one of a server, by whoever has its DATABASE_URL and BASIN_TOKEN_KEY.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { defaultProject, TokenInput } from '@basin/core/contracts/access.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { findProject } from '@basin/db/projects/find.ts';
import { issueToken } from '../access/issue-token.ts';

async function main(): Promise<void> {
	const { DATABASE_URL: databaseUrl, BASIN_TOKEN_KEY: tokenKey } = readEnv(process.env);
	if (databaseUrl === undefined || tokenKey === undefined)
		throw new Error('DATABASE_URL and BASIN_TOKEN_KEY must be set, as the server has them.');
	const { project = defaultProject.name, ...wish } = readWish();
	await migrate(databaseUrl);
	const db = openDatabase(databaseUrl, { max: 1, applicationName: 'basin-token' });
	try {
		const projectId = await findProject({ db, name: project });
		const { token, id, scope, expiresAt } = await issueToken({ db, tokenKey, projectId, wish });
		process.stderr.write(
			`${id}: ${scope} in ${project}, ${expiresAt === null ? 'until revoked' : `until ${expiresAt}`}\n`,
		);
		process.stdout.write(`${token}\n`);
	} finally {
		await db.close();
	}
}

function readWish(): TokenInput {
	const { values } = parseArgs({
		options: {
			name: { type: 'string', default: 'first' },
			scope: { type: 'string', default: 'admin' },
			'expires-days': { type: 'string', default: '90' },
			project: { type: 'string' },
		},
	});
	const { name, scope, project, 'expires-days': days } = values;
	const expiresInDays = days === 'never' ? null : Number(days);
	const wish = TokenInput.safeParse({ name, scope, expiresInDays, ...(project === undefined ? {} : { project }) });
	if (wish.success) return wish.data;
	const sentences = wish.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	throw new Error(`${sentences.join('; ')}.`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
