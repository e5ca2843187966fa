import { type Trial, take } from '@basin/client';
import { TrialState } from '@basin/core/contracts/states.ts';
import { Command, Option } from 'commander';
import { jsonOption, limitOption, sweepIdArgument } from '../arguments.ts';
import { compactNumber, percent } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { type Column, renderTable } from '../table.ts';

type Options = { state?: TrialState; limit: number; json?: boolean };

const columns: Column[] = [
	{ head: 'Trial' },
	{ head: 'B', align: 'right' },
	{ head: 'η', align: 'right' },
	{ head: 'λ', align: 'right' },
	{ head: 'Seed', align: 'right' },
	{ head: 'State' },
	{ head: 'Epochs', align: 'right' },
	{ head: 'Val accuracy (%)', align: 'right' },
	{ head: 'Median epoch (s)', align: 'right' },
	{ head: 'Attempt', align: 'right' },
	{ head: 'Reason' },
];

/** `basin trials ID` */
export function trialsCommand(shell: Shell): Command {
	const command = new Command('trials')
		.description('list the trials of a sweep')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(new Option('--state <state>', 'only in this state').choices(TrialState.options))
		.addOption(limitOption(100))
		.addOption(jsonOption())
		.action((sweepId: string, options: Options) => trials(shell, sweepId, options));
	return addExamples(command, shell, [['trials swp_…'], ['trials swp_… --state failed', 'and why they failed']]);
}

async function trials(shell: Shell, sweepId: string, { state, limit, json }: Options): Promise<void> {
	const query = { state, limit: Math.min(limit, 100) };
	const found = await take(shell.client.eachTrial(sweepId, query, { signal: shell.interrupted }), limit);
	if (json) return shell.printJson({ items: found, nextCursor: null });
	if (found.length === 0) return shell.print(state ? `No trial is ${state}.` : 'The sweep has no trials.');
	shell.print(renderTable(columns, found.map(trialCells)));
	if (found.length === limit) shell.note(`At most ${limit} are shown; --limit shows more.`);
}

function trialCells(trial: Trial): string[] {
	const { configuration, result } = trial;
	return [
		trial.id,
		String(configuration.batchSize),
		compactNumber(configuration.eta),
		compactNumber(configuration.lambda),
		String(trial.seed),
		trial.state,
		`${trial.epochsDone}/${trial.epochs}`,
		result === null ? '–' : percent(result.valAccuracy),
		result === null ? '–' : result.epochSecondsMedian.toFixed(4),
		String(trial.attemptNo),
		[trial.reason, trial.message].filter(Boolean).join(': '),
	];
}
