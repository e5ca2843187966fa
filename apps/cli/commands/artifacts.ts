import type { Artifact } from '@basin/client';
import { Command } from 'commander';
import { jsonOption, trialIdArgument } from '../arguments.ts';
import { pullArtifact } from '../artifact-download.ts';
import { byteSize } from '../format.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

type Options = { pull?: string; json?: boolean };

/** `basin artifacts TRIAL [--pull DIR]` */
export function artifactsCommand(shell: Shell): Command {
	return new Command('artifacts')
		.description('list what a trial left, or download it')
		.argument('<trial>', 'its id', trialIdArgument)
		.option('--pull <dir>', 'download into this folder; every SHA-256 is verified')
		.addOption(jsonOption())
		.action(async (trialId: string, options: Options) => {
			const { items } = await shell.client.listArtifacts(trialId, { signal: shell.interrupted });
			if (options.pull !== undefined) await pull(shell, items, options.pull);
			if (options.json) return shell.printJson({ items, nextCursor: null });
			if (items.length === 0)
				shell.print('The trial has no artifacts: it has not finished, or it failed before it wrote any.');
			else if (options.pull === undefined) shell.print(artifactTable(items));
		});
}

async function pull(shell: Shell, artifacts: Artifact[], folder: string): Promise<void> {
	for (const artifact of artifacts) {
		const { path, alreadyThere } = await pullArtifact(artifact, folder, shell.interrupted);
		shell.note(`${path}  ${byteSize(artifact.sizeBytes)}  ${alreadyThere ? 'was there, ' : ''}SHA-256 verified`);
	}
}

function artifactTable(artifacts: Artifact[]): string {
	return renderTable(
		[{ head: 'Name' }, { head: 'Size', align: 'right' }, { head: 'Type' }, { head: 'SHA-256' }],
		artifacts.map(({ name, sizeBytes, contentType, sha256 }) => [name, byteSize(sizeBytes), contentType, sha256]),
	);
}
