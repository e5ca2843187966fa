import { createServer } from 'node:net';
import type { Env } from '@basin/core/contracts/env.ts';
import { StartError } from './start-error.ts';

/** Looks whether the port is free before anything heavy is started. @throws StartError */
export async function requireFreePort(env: Env): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const probe = createServer().once('error', (error) => reject(listenErrorOf(error, env)));
		probe.listen(env.PORT, env.BASIN_HOST, () => probe.close(() => resolve()));
	});
}

/** The sentence for an address that cannot be listened on; any other error as it is. */
export function listenErrorOf(error: unknown, { BASIN_HOST, PORT }: Env): unknown {
	const sentences: Record<string, string> = {
		EADDRINUSE: `Port ${PORT} of ${BASIN_HOST} is taken by another program: stop it, or set PORT to another number.`,
		EACCES: `Port ${PORT} may not be used by this user: set PORT to a number above 1023.`,
		EADDRNOTAVAIL: `This machine has no address ${BASIN_HOST}: set BASIN_HOST to one that it has.`,
	};
	const sentence = sentences[(error as NodeJS.ErrnoException).code ?? ''];
	return sentence === undefined ? error : new StartError(sentence, { cause: error });
}
