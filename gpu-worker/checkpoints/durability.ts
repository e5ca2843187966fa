import type { CheckpointFile } from './resume.ts';

/** How a trial outlives the process that runs it. */
export interface Durability {
	/** From where to go on, newest first. */
	checkpoints: readonly CheckpointFile[];
	/** A checkpoint is written at the end of the first epoch after so long. */
	checkpointSeconds: number;
	/** Asked before the first epoch and after each: true ends the run, with a checkpoint of what it has come to. */
	isReleased: () => Promise<boolean>;
	/** Before the first epoch: the trial goes on after `epoch` (0: from the start); `refused` says why not from a newer checkpoint. */
	onStart: (start: { epoch: number; refused: string[] }) => Promise<void>;
	onCheckpoint: (file: CheckpointFile) => Promise<void>;
}

/** From the seed to the end in one process. */
export const undisturbed: Durability = {
	checkpoints: [],
	checkpointSeconds: Number.POSITIVE_INFINITY,
	isReleased: async () => false,
	onStart: async () => undefined,
	onCheckpoint: async () => undefined,
};
