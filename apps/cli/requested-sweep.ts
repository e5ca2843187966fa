import { ApiError } from '@basin/client';
import { limits } from '@basin/core/contracts/sweep-spec.ts';
import type { Command } from 'commander';
import { usageFailure } from './failure.ts';
import { addOverrideOptions, type OverrideOptions, overridesOf, withOverrides } from './overrides.ts';
import type { Shell } from './shell.ts';
import { invalidSpec, nonFinite, parseSpec, readSpecFile, type SpecFile } from './spec-file.ts';

/** The argument and the options of a command that takes a sweep. */
export function addSweepArguments(command: Command): Command {
	return addOverrideOptions(command.argument('[file]', 'the spec as JSON or YAML; - reads stdin'));
}

/**
 * The sweep that a command line asks for: the file's spec, changed by the options; all by the options where no file is named.
 * @throws Failure (usage) when it cannot be read, or is larger than a sweep may be
 */
export async function readRequestedSweep(
	shell: Shell,
	path: string | undefined,
	options: OverrideOptions,
): Promise<SpecFile> {
	const overrides = overridesOf(options);
	if (path === undefined && overrides.length === 0)
		throw usageFailure(
			'Name a file with the sweep’s spec, - for stdin, or say what to train with --dataset.name, --model.preset and --grid.eta.',
			`"${shell.commandLine('submit', '--dataset.name', 'mnist', '--model.preset', 'mlp', '--grid.eta', '0.01,0.1', '--dry-run')}" tries one.`,
		);
	const file =
		path === undefined
			? parseSpec('the command line', '{}')
			: await readSpecFile(path, shell.surroundings.stdin, shell.interrupted);
	const asked = withOverrides(file, overrides);
	const complaints = nonFinite(asked);
	if (complaints.length > 0) throw invalidSpec(asked.source, complaints);
	if (Buffer.byteLength(JSON.stringify(asked.spec)) > limits.bodyBytes)
		throw usageFailure(
			`${asked.source} is more than ${limits.bodyBytes / 1024} KiB of JSON, the most that a sweep may be.`,
		);
	return asked;
}

/** A refused spec, with the lines of the file, or the options, that its field errors point into. */
export function withPlaces(error: unknown, { source, placeOf }: SpecFile): unknown {
	if (!(error instanceof ApiError) || error.problem.code !== 'invalid_spec' || !error.problem.errors) return error;
	return invalidSpec(
		source,
		error.problem.errors.map((field) => ({ ...field, place: placeOf(field.pointer) })),
	);
}
