import { Command } from 'commander';
import { jsonOption, sweepIdArgument, timeoutOption } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Shell } from '../shell.ts';
import { waitForSweep } from '../wait-for-sweep.ts';
import { outcomeLine } from '../watch-sweep.ts';

/** `basin wait SWEEP` */
export function waitCommand(shell: Shell): Command {
	return new Command('wait')
		.description('wait for the end of a sweep, for scripts: the exit code says how it ended')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(timeoutOption())
		.addOption(jsonOption())
		.addHelpText(
			'after',
			`\nExits ${exitCodes.ok} when it completed, ${exitCodes.failed} when it failed or was cancelled, ${exitCodes.timeout} when it has not ended in time.\n\nExample:\n  ${shell.surroundings.invocation} wait swp_… --timeout 30m`,
		)
		.action(async (sweepId: string, options: { timeout?: number; json?: boolean }) => {
			const sweep = await waitForSweep(shell, sweepId, options.timeout);
			if (options.json) shell.printJson(sweep);
			else shell.print(outcomeLine(shell, sweep));
			shell.exitCode = sweep.state === 'completed' ? exitCodes.ok : exitCodes.failed;
		});
}
