import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCheckpoint, type Origin, type Progress } from './checkpoint.ts';
import type { CheckpointFile } from './resume.ts';

const kept = 2;

export interface CheckpointKeeper {
	/** True when the last checkpoint, or the start, is longer ago than the interval. */
	isDue(): boolean;
	/** Writes a checkpoint and removes all but the last two. */
	write(progress: Progress): Promise<CheckpointFile>;
}

/** The checkpoints of one trial, in a folder that is made with the first. */
export function createCheckpointKeeper(input: {
	folder: string;
	checkpointSeconds: number;
	origin: Origin;
}): CheckpointKeeper {
	const { folder, checkpointSeconds, origin } = input;
	const files: CheckpointFile[] = [];
	let since = performance.now();
	return {
		isDue: () => performance.now() - since >= checkpointSeconds * 1000,
		write: async (progress) => {
			const epoch = progress.history.length;
			const path = join(folder, `epoch-${epoch}.safetensors`);
			await mkdir(folder, { recursive: true });
			await writeFile(path, encodeCheckpoint(progress, origin));
			files.push({ epoch, path });
			// A worker that still sends an older one has it open, or has a newer one to send.
			for (const old of files.splice(0, files.length - kept)) await rm(old.path, { force: true });
			since = performance.now();
			return { epoch, path };
		},
	};
}
