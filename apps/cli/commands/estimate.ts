import type { SweepEstimate } from '@basin/client';
import { Command } from 'commander';
import { jsonOption } from '../arguments.ts';
import { compactNumber, count, duration, money } from '../format.ts';
import { addExamples } from '../help.ts';
import type { OverrideOptions } from '../overrides.ts';
import { addSweepArguments, readRequestedSweep, withPlaces } from '../requested-sweep.ts';
import type { Shell } from '../shell.ts';
import type { SpecFile } from '../spec-file.ts';
import { renderFields, renderTable } from '../table.ts';

/** `basin estimate [FILE|-]`, the same as `basin submit --dry-run` */
export function estimateCommand(shell: Shell): Command {
	const command = new Command('estimate').description('say how many trials a sweep has, and how long it takes');
	addSweepArguments(command)
		.addOption(jsonOption())
		.action(async (path: string | undefined, options: OverrideOptions & { json?: boolean }) => {
			await estimate(shell, await readRequestedSweep(shell, path, options), options);
		});
	return addExamples(command, shell, [['estimate sweep.yaml'], ['estimate sweep.yaml --seeds 0..9 --epochs 20']]);
}

/** Has the server validate, expand and estimate; nothing is written. */
export async function estimate(shell: Shell, file: SpecFile, { json }: { json?: boolean }): Promise<void> {
	const estimated = await shell.client.estimateSweep(file.spec, { signal: shell.interrupted }).catch((error) => {
		throw withPlaces(error, file);
	});
	if (json) shell.printJson(estimated);
	else printEstimate(shell, estimated);
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
