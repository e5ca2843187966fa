import { take } from '@basin/client';
import { BaselineName } from '@basin/core/contracts/gates.ts';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, sweepIdArgument } from '../arguments.ts';
import { count, printable, timestamp } from '../format.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

/** `basin baseline set|list|remove` */
export function baselineCommand(shell: Shell): Command {
	return new Command('baseline')
		.description('keep the results of a sweep under a name, for "basin gate"')
		.addCommand(setCommand(shell))
		.addCommand(listCommand(shell))
		.addCommand(removeCommand(shell));
}

export function baselineArgument(value: string): string {
	const parsed = BaselineName.safeParse(value);
	if (!parsed.success) throw new InvalidArgumentError(`A name ${parsed.error.issues[0]?.message}.`);
	return parsed.data;
}

function setCommand(shell: Shell): Command {
	return new Command('set')
		.description('keep the results of an ended sweep; the sweep may be deleted afterwards')
		.argument('<name>', 'such as main', baselineArgument)
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(jsonOption())
		.addHelpText('after', `\nExample:\n  ${shell.surroundings.invocation} baseline set main swp_…`)
		.action(async (name: string, sweepId: string, options: { json?: boolean }) => {
			const baseline = await shell.client.setBaseline(name, sweepId, { signal: shell.interrupted });
			if (options.json) return shell.printJson(baseline);
			const { sweepName, trials, configurations } = baseline;
			shell.print(
				`${name} is now ${printable(sweepName)} (${sweepId}): ${count(trials, 'trial')} of ${count(configurations, 'configuration')}.`,
			);
		});
}

function listCommand(shell: Shell): Command {
	return new Command('list')
		.description('list the baselines by name')
		.addOption(jsonOption())
		.addHelpText('after', `\nExample:\n  ${shell.surroundings.invocation} baseline list`)
		.action(async (options: { json?: boolean }) => {
			const items = await take(shell.client.eachBaseline({ signal: shell.interrupted }), Number.POSITIVE_INFINITY);
			if (options.json) return shell.printJson({ items, nextCursor: null });
			if (items.length === 0) {
				return shell.note(`There is no baseline yet: ${shell.commandLine('baseline', 'set', 'main', 'SWEEP')}`);
			}
			shell.print(
				renderTable(
					['Name', 'Sweep', 'Sweep name', 'Data set', 'Model', 'Set'].map((head) => ({ head })),
					items.map(({ name, sweepId, sweepName, dataset, model, setAt }) => [
						name,
						sweepId,
						sweepName,
						dataset,
						model,
						timestamp(setAt),
					]),
				),
			);
		});
}

function removeCommand(shell: Shell): Command {
	return new Command('remove')
		.description('forget a baseline; its sweep stays')
		.argument('<name>', 'of the baseline', baselineArgument)
		.addOption(jsonOption())
		.addHelpText('after', `\nExample:\n  ${shell.surroundings.invocation} baseline remove main`)
		.action(async (name: string, options: { json?: boolean }) => {
			const removed = await shell.client.deleteBaseline(name, { signal: shell.interrupted });
			if (options.json) shell.printJson(removed);
			else shell.print(`Removed ${name}.`);
		});
}
