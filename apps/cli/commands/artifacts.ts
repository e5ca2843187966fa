import { join } from 'node:path';
import type { Artifact } from '@basin/client';
import { SweepId } from '@basin/core/contracts/ids.ts';
import { Command } from 'commander';
import { jsonOption, sweepIdArgument, trialIdArgument } from '../arguments.ts';
import { pullArtifact } from '../artifact-download.ts';
import { usageFailure } from '../failure.ts';
import { byteSize } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

/** `basin artifacts [list] TRIAL` and `basin artifacts pull TRIAL|SWEEP` */
export function artifactsCommand(shell: Shell): Command {
	const command = new Command('artifacts')
		.description('list what a trial left, or download it')
		.addCommand(listCommand(shell), { isDefault: true })
		.addCommand(pullCommand(shell));
	return addExamples(command, shell, [['artifacts trl_…'], ['artifacts pull swp_…', 'of the sweep’s best trial']]);
}

function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('list what a trial left')
		.argument('<trial>', 'its id', trialIdArgument)
		.addOption(jsonOption())
		.action(async (trialId: string, options: { json?: boolean }) => {
			const { items } = await shell.client.listArtifacts(trialId, { signal: shell.interrupted });
			if (options.json) return shell.printJson({ items, nextCursor: null });
			if (items.length === 0)
				return shell.print('The trial has no artifacts: it has not finished, or it failed before it wrote any.');
			shell.print(artifactTable(items));
		});
	return addExamples(command, shell, [['artifacts list trl_…']]);
}

function pullCommand(shell: Shell): Command {
	const command = new Command('pull')
		.description('download what a trial left; every SHA-256 is verified')
		.argument('<trial>', 'its id, or a sweep’s: the best trial of that', (id) =>
			SweepId.safeParse(id).success ? sweepIdArgument(id) : trialIdArgument(id),
		)
		.argument('[names...]', 'only these files')
		.option('--to <dir>', 'the folder; one named like the trial unless told')
		.addOption(jsonOption())
		.action(async (id: string, names: string[], options: { to?: string; json?: boolean }) => {
			const trialId = id.startsWith('swp_') ? await bestTrialOf(shell, id) : id;
			const { items } = await shell.client.listArtifacts(trialId, { signal: shell.interrupted });
			const folder = options.to ?? trialId;
			const pulled = await pull(shell, chosen(items, names), folder);
			if (options.json) shell.printJson({ trialId, items: pulled });
		});
	return addExamples(command, shell, [
		['artifacts pull swp_…', 'the best model of a sweep, with its weights and history'],
		['artifacts pull trl_… model.onnx --to models', 'one file'],
	]);
}

async function bestTrialOf(shell: Shell, sweepId: string): Promise<string> {
	const { best, state } = await shell.client.getSweep(sweepId, { signal: shell.interrupted });
	if (best === null) throw usageFailure(`The sweep is ${state} and no trial of it has succeeded yet.`);
	return best.trialId;
}

function chosen(items: Artifact[], names: string[]): Artifact[] {
	if (items.length === 0)
		throw usageFailure('The trial has no artifacts: it has not finished, or it failed before it wrote any.');
	const missing = names.find((name) => !items.some((item) => item.name === name));
	if (missing !== undefined)
		throw usageFailure(`The trial left no ${missing}.`, `it left ${items.map(({ name }) => name).join(', ')}.`);
	return names.length === 0 ? items : items.filter(({ name }) => names.includes(name));
}

async function pull(shell: Shell, artifacts: Artifact[], folder: string): Promise<{ name: string; path: string }[]> {
	for (const artifact of artifacts) {
		const { path, alreadyThere } = await pullArtifact(artifact, folder, shell.interrupted);
		shell.note(`${path}  ${byteSize(artifact.sizeBytes)}  ${alreadyThere ? 'was there, ' : ''}SHA-256 verified`);
	}
	return artifacts.map(({ name }) => ({ name, path: join(folder, name) }));
}

function artifactTable(artifacts: Artifact[]): string {
	return renderTable(
		[{ head: 'Name' }, { head: 'Size', align: 'right' }, { head: 'Type' }, { head: 'SHA-256' }],
		artifacts.map(({ name, sizeBytes, contentType, sha256 }) => [name, byteSize(sizeBytes), contentType, sha256]),
	);
}
