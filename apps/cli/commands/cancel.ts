import { Command } from 'commander';
import { jsonOption, sweepIdArgument } from '../arguments.ts';
import { count } from '../format.ts';
import type { Shell } from '../shell.ts';

/** `basin cancel ID` */
export function cancelCommand(shell: Shell): Command {
	return new Command('cancel')
		.description('end a sweep: what waits is dropped, what runs ends within 20 s')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(jsonOption())
		.action(async (sweepId: string, options: { json?: boolean }) => {
			const sweep = await shell.client.cancelSweep(sweepId, { signal: shell.interrupted });
			if (options.json) return shell.printJson(sweep);
			const { running, succeeded } = sweep.counts;
			shell.print(
				running > 0
					? `Cancelling ${sweep.id}: ${count(running, 'running trial')} will end within 20 s.`
					: `Cancelled ${sweep.id}; ${count(succeeded, 'trial')} had succeeded.`,
			);
		});
}
