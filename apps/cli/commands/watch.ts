import { Command } from 'commander';
import { jsonOption, sweepIdArgument } from '../arguments.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { watchSweep } from '../watch-sweep.ts';

/** `basin watch ID` */
export function watchCommand(shell: Shell): Command {
	const command = new Command('watch')
		.description('follow a sweep to its end and print the leaderboard')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(jsonOption())
		.action(async (sweepId: string, options: { json?: boolean }) => {
			const sweep = await shell.client.getSweep(sweepId, { signal: shell.interrupted });
			await watchSweep(shell, sweep, options);
		});
	return addExamples(command, shell, [
		['watch swp_…'],
		['watch swp_… --json', 'the sweep and its leaderboard when it has ended'],
	]);
}
