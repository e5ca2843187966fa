import { type SweepSummary, take } from '@basin/client';
import { SweepState } from '@basin/core/contracts/states.ts';
import { Command, Option } from 'commander';
import { jsonOption, limitOption } from '../arguments.ts';
import { duration, percent, timestamp } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { type Column, renderTable } from '../table.ts';

type Options = { state?: SweepState; label?: string; search?: string; limit: number; json?: boolean };

const columns: Column[] = [
	{ head: 'Sweep' },
	{ head: 'Name' },
	{ head: 'State' },
	{ head: 'Trials', align: 'right' },
	{ head: 'Failed', align: 'right' },
	{ head: 'ETA', align: 'right' },
	{ head: 'Best val accuracy (%)', align: 'right' },
	{ head: 'Created' },
];

/** `basin list` */
export function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('list sweeps, newest first')
		.addOption(new Option('--state <state>', 'only in this state').choices(SweepState.options))
		.option('--label <key[:value]>', 'only with this label')
		.option('--search <text>', 'only with this text in the name')
		.addOption(limitOption(20))
		.addOption(jsonOption())
		.action((options: Options) => list(shell, options));
	return addExamples(command, shell, [['list'], ['list --state running --label team:vision']]);
}

async function list(shell: Shell, options: Options): Promise<void> {
	const { state, label, search, limit } = options;
	const query = { state, label, q: search, limit: Math.min(limit, 100) };
	const sweeps = await take(shell.client.eachSweep(query, { signal: shell.interrupted }), limit);
	if (options.json) return shell.printJson({ items: sweeps, nextCursor: null });
	if (sweeps.length > 0) {
		shell.print(renderTable(columns, sweeps.map(summaryCells)));
		if (sweeps.length === limit) shell.note(`At most ${limit} are shown; --limit shows more.`);
		return;
	}
	const filtered = state !== undefined || label !== undefined || search !== undefined;
	shell.print(filtered ? 'No sweep matches.' : 'There is no sweep yet.');
	if (!filtered) shell.note(`Submit one: ${shell.commandLine('submit', 'examples/quickstart.json', '--watch')}`);
}

function summaryCells(sweep: SweepSummary): string[] {
	const { counts, progress, best } = sweep;
	const done = counts.succeeded + counts.failed + counts.pruned + counts.cancelled;
	return [
		sweep.id,
		sweep.name.length > 40 ? `${sweep.name.slice(0, 39)}…` : sweep.name,
		sweep.state,
		`${done}/${counts.total}`,
		String(counts.failed),
		progress.etaSeconds === null ? '–' : duration(progress.etaSeconds),
		best === null ? '–' : percent(best.valAccuracyMean),
		timestamp(sweep.createdAt),
	];
}
