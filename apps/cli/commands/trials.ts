import { TrialState } from '@basin/core/contracts/states.ts';
import { Command, Option } from 'commander';
import { jsonOption, limitOption, sweepIdArgument } from '../arguments.ts';
import { type Trial, take } from '../client.ts';
import { compactNumber, percent } from '../format.ts';
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
	return new Command('trials')
		.description('list the trials of a sweep')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(new Option('--state <state>', 'only in this state').choices(TrialState.options))
		.addOption(limitOption(100))
		.addOption(jsonOption())
		.action(async (sweepId: string, options: Options) => {
			const query = { state: options.state, limit: Math.min(options.limit, 100) };
			const trials = await take(shell.client.eachTrial(sweepId, query, { signal: shell.interrupted }), options.limit);
			if (options.json) shell.printJson({ items: trials, nextCursor: null });
			else if (trials.length === 0)
				shell.print(options.state ? `No trial is ${options.state}.` : 'The sweep has no trials.');
			else shell.print(renderTable(columns, trials.map(trialCells)));
		});
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
