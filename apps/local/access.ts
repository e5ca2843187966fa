import { type AccessSettings, accessOf, isLoopback } from '@basin/api/access/settings.ts';
import { Scope } from '@basin/core/contracts/access.ts';
import type { Env } from '@basin/core/contracts/env.ts';
import { openDatabase } from '@basin/db/client.ts';
import { countTokens } from '@basin/db/tokens/find.ts';
import { StartError } from './start-error.ts';

/** Who may come in: everybody on a loopback address, else who has a token. @throws StartError */
export function accessOfStack(env: Env, ownKey: string | undefined): AccessSettings {
	try {
		return accessOf(env, ownKey);
	} catch (error) {
		throw new StartError((error as Error).message, { cause: error });
	}
}

/** @throws StartError when tokens are needed and there is none: then nobody could come in, and nobody could make one */
export async function requireTokens(env: Env, { access }: AccessSettings, databaseUrl: string): Promise<void> {
	if (access.open) return;
	const db = openDatabase(databaseUrl, { max: 1, applicationName: 'basin-start' });
	const counts = await Promise.all(Scope.options.map((scope) => countTokens({ db, scope }))).finally(() => db.close());
	if (counts.some((tokens) => tokens > 0)) return;
	if (isLoopback(env.BASIN_HOST)) {
		throw new StartError(
			'BASIN_TOKEN_KEY is set, so every request needs a token, and there is none yet: start Basin without it, or make one with `npm run token`.',
		);
	}
	throw new StartError(
		`BASIN_HOST is ${env.BASIN_HOST}, where every request needs a token, and there is none yet: start Basin on 127.0.0.1, run \`npx basin token create admin --scope admin\` there, then start it here again.`,
	);
}
