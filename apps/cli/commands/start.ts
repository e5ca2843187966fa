import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';

type Options = { port?: number; home?: string; workers?: number };

const script = fileURLToPath(new URL('../../local/bin/start.mjs', import.meta.url));

/** `basin start`, the same as `npm start` in the checkout */
export function startCommand(shell: Shell): Command {
	const command = new Command('start')
		.description('run Basin on this machine: database, queue, store, API, web app and workers')
		.addOption(new Option('--port <port>', 'of the API and the web app (or PORT; 8787)').argParser(portArgument))
		.option('--home <dir>', 'where the data go (or BASIN_HOME; .basin)')
		.addOption(new Option('--workers <count>', 'how many (or BASIN_WORKERS; one a core)').argParser(wholeNumber))
		.action((options: Options) => start(shell, options));
	return addExamples(command, shell, [['start'], ['start --port 9000 --home /data/basin --workers 2']]);
}

async function start(shell: Shell, { port, home, workers }: Options): Promise<void> {
	if (!existsSync(script))
		throw usageFailure(
			'This package is the command line only; the server and the training engine come with the repository.',
			'in a checkout of Basin, "npm install" and "npm start"; then name it here with --url or BASIN_URL.',
		);
	const { environment } = shell.surroundings;
	const env = {
		...environment,
		...(port !== undefined && { PORT: String(port) }),
		...(home !== undefined && { BASIN_HOME: home }),
		...(workers !== undefined && { BASIN_WORKERS: String(workers) }),
	};
	const child = spawn(process.execPath, [script], { stdio: 'inherit', env });
	// Ctrl-C reaches it from the terminal by itself; what ends this process alone is passed on.
	const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
	process.on('SIGTERM', passOn).on('SIGHUP', passOn);
	const [code] = await once(child, 'exit');
	shell.exitCode = code ?? exitCodes.failed;
}

function portArgument(value: string): number {
	const port = wholeNumber(value);
	if (port > 65_535) throw new InvalidArgumentError('A port is at most 65535.');
	return port;
}
