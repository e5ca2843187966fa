import { ApiError, createIdempotencyKey, type SweepEstimate, UnreachableError } from '@basin/client';
import { limits } from '@basin/core/contracts/sweep-spec.ts';
import { Command, Option } from 'commander';
import { idempotencyKeyOption, jsonOption } from '../arguments.ts';
import { usageFailure } from '../failure.ts';
import { compactNumber, count, duration, money } from '../format.ts';
import type { Shell } from '../shell.ts';
import { invalidSpec, readSpecFile, type SpecFile } from '../spec-file.ts';
import { renderFields, renderTable } from '../table.ts';
import { watchSweep } from '../watch-sweep.ts';

type Options = { watch?: boolean; dryRun?: boolean; idempotencyKey?: string; json?: boolean };

/** `basin submit FILE|-` */
export function submitCommand(shell: Shell): Command {
	return new Command('submit')
		.description('submit a sweep from a JSON or YAML file')
		.argument('<file>', 'the spec; - reads stdin')
		.addOption(new Option('--watch', 'follow it to its end and print the leaderboard').conflicts('dryRun'))
		.option('--dry-run', 'validate, expand and estimate; write nothing')
		.addOption(
			new Option(
				'--idempotency-key <key>',
				'submitting again with the same key and spec gives the same sweep',
			).argParser(idempotencyKeyOption),
		)
		.addOption(jsonOption())
		.action((file: string, options: Options) => submit(shell, file, options));
}

async function submit(shell: Shell, path: string, options: Options): Promise<void> {
	const file = await readSpecFile(path, shell.surroundings.stdin, shell.interrupted);
	if (Buffer.byteLength(JSON.stringify(file.spec)) > limits.bodyBytes)
		throw usageFailure(`${path} is more than ${limits.bodyBytes / 1024} KiB of JSON, the most that a sweep may be.`);
	if (options.dryRun) {
		const estimated = await estimate(shell, file);
		return options.json ? shell.printJson(estimated) : printEstimate(shell, estimated);
	}

	const sweep = await create(shell, file, options.idempotencyKey ?? createIdempotencyKey());
	if (options.watch) return watchSweep(shell, sweep, { json: options.json });
	if (options.json) return shell.printJson(sweep);
	shell.print(
		`Submitted ${sweep.id}: ${count(sweep.counts.total, 'trial')} of ${count(sweep.configurations, 'configuration')}.`,
	);
	shell.note(`Watch it: ${shell.commandLine('watch', sweep.id)}`);
}

async function estimate(shell: Shell, file: SpecFile): Promise<SweepEstimate> {
	try {
		return await shell.client.estimateSweep(file.spec, { signal: shell.interrupted });
	} catch (error) {
		throw withPlaces(error, file);
	}
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

/** A refused spec, with the lines of the file that its field errors point into. */
function withPlaces(error: unknown, file: SpecFile): unknown {
	if (!(error instanceof ApiError) || error.problem.code !== 'invalid_spec' || !error.problem.errors) return error;
	const { source, placeOf } = file;
	return invalidSpec(
		source,
		error.problem.errors.map((field) => ({ ...field, place: placeOf(field.pointer) })),
	);
}

function printEstimate(shell: Shell, estimate: SweepEstimate): void {
	const rest = estimate.configurations - estimate.preview.length;
	shell.print(
		renderFields([
			['Configurations', estimate.configurations.toLocaleString('en-US')],
			['Trials', estimate.trials.toLocaleString('en-US')],
			['Images trained on (N)', estimate.trainSize.toLocaleString('en-US')],
			['Parameters', estimate.parameters.toLocaleString('en-US')],
			['Updates of θ in all', estimate.updates.toLocaleString('en-US')],
			['Estimated time', estimate.estimatedSeconds === null ? 'not measured yet' : duration(estimate.estimatedSeconds)],
			['Estimated cost', estimate.estimatedCost && money(estimate.estimatedCost)],
		]),
	);
	shell.print('');
	shell.print(
		renderTable(
			['B', 'η', 'λ'].map((head) => ({ head, align: 'right' })),
			estimate.preview.map((point) => [String(point.batchSize), compactNumber(point.eta), compactNumber(point.lambda)]),
		),
	);
	if (rest > 0) shell.print(`… and ${count(rest, 'more configuration')}`);
	shell.note('Nothing was submitted.');
}
