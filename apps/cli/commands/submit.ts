import { ApiError, createIdempotencyKey, UnreachableError } from '@basin/client';
import { Command, Option } from 'commander';
import { idempotencyKeyOption, jsonOption } from '../arguments.ts';
import { count } from '../format.ts';
import { addExamples } from '../help.ts';
import type { OverrideOptions } from '../overrides.ts';
import { addSweepArguments, readRequestedSweep, withPlaces } from '../requested-sweep.ts';
import type { Shell } from '../shell.ts';
import type { SpecFile } from '../spec-file.ts';
import { watchSweep } from '../watch-sweep.ts';
import { estimate } from './estimate.ts';

type Options = OverrideOptions & { watch?: boolean; dryRun?: boolean; idempotencyKey?: string; json?: boolean };

/** `basin submit [FILE|-]` */
export function submitCommand(shell: Shell): Command {
	const command = addSweepArguments(new Command('submit').description('submit a sweep'))
		.addOption(new Option('--watch', 'follow it to its end and print the leaderboard').conflicts('dryRun'))
		.option('--dry-run', 'validate, expand and estimate; write nothing')
		.addOption(
			new Option(
				'--idempotency-key <key>',
				'submitting again with the same key and spec gives the same sweep',
			).argParser(idempotencyKeyOption),
		)
		.addOption(jsonOption())
		.action((path: string | undefined, options: Options) => submit(shell, path, options));
	return addExamples(command, shell, [
		['submit sweep.yaml --watch', 'and follow it to its end'],
		['submit sweep.json --grid.eta 0.001..1:4:log --seeds 0..2 --epochs 10', 'in place of what the file says'],
		['submit --dataset.name mnist --model.preset mlp --grid.batchSize 10,100,full', 'without a file'],
		['submit - --json --idempotency-key nightly-17 < sweep.json', 'in a script: submitting twice makes one sweep'],
	]);
}

async function submit(shell: Shell, path: string | undefined, options: Options): Promise<void> {
	const file = await readRequestedSweep(shell, path, options);
	if (options.dryRun) return estimate(shell, file, options);

	const sweep = await create(shell, file, options.idempotencyKey ?? createIdempotencyKey());
	if (options.watch) return watchSweep(shell, sweep, { json: options.json });
	if (options.json) return shell.printJson(sweep);
	shell.print(
		`Submitted ${sweep.id}: ${count(sweep.counts.total, 'trial')} of ${count(sweep.configurations, 'configuration')}.`,
	);
	shell.note(`Watch it: ${shell.commandLine('watch', sweep.id)}`);
}

/** Whether a submit without an answer made a sweep is unknown: the key is what makes trying again safe, so it is shown. */
async function create(shell: Shell, file: SpecFile, idempotencyKey: string) {
	try {
		return await shell.client.createSweep(file.spec, { idempotencyKey, signal: shell.interrupted });
	} catch (error) {
		if (maybeMade(error) || shell.interrupted.aborted)
			shell.note(
				`The sweep may or may not exist. Submit it again with --idempotency-key ${idempotencyKey} to get the same one.`,
			);
		throw withPlaces(error, file);
	}
}

function maybeMade(error: unknown): boolean {
	if (error instanceof UnreachableError) return error.reason !== 'notBasin' && error.maybeReceived;
	return error instanceof ApiError && error.problem.status >= 500;
}
