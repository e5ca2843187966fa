import process from 'node:process';
import { readEnv } from '@basin/core/contracts/env.ts';
import { exitCodes } from './exit-codes.ts';
import cli from './package.json' with { type: 'json' };
import { runBasin } from './program.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.on(signal, () => {
		// The first asks the command to end; the second does not wait for it.
		if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
		interruption.abort(new Error('interrupted'));
	});
// The reader of a pipe may leave early (`basin list | head -1`): that is no error.
for (const stream of [process.stdout, process.stderr])
	stream.on('error', (error: NodeJS.ErrnoException) => {
		process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
	});

function defaults() {
	const { BASIN_URL, BASIN_TOKEN } = process.env;
	try {
		return readEnv({ BASIN_URL, BASIN_TOKEN });
	} catch (error) {
		process.stderr.write(`error: ${(error as Error).message}\n`);
		return undefined;
	}
}

const env = defaults();
process.exitCode =
	env === undefined
		? exitCodes.usage
		: await runBasin(
				process.argv.slice(2),
				{
					stdin: process.stdin,
					stdout: process.stdout,
					stderr: process.stderr,
					defaultUrl: env.BASIN_URL,
					defaultToken: env.BASIN_TOKEN,
					invocation: process.env.npm_command === 'exec' ? 'npx basin' : 'basin',
					isDumbTerminal: process.env.TERM === 'dumb',
					environment: process.env,
					interrupted: interruption.signal,
				},
				cli.version,
			);
