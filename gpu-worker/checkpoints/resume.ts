import { readFile } from 'node:fs/promises';
import type { TrainingState } from '../engines/port.ts';
import { sentenceOf } from '../log.ts';
import { decodeCheckpoint, type Origin, type Progress } from './checkpoint.ts';

/** A checkpoint on this machine; `epoch` is the last that it holds. */
export interface CheckpointFile {
	epoch: number;
	path: string;
}

/**
 * Goes on from the first checkpoint that can be used, else from the start; `refused` says why not from one before it.
 * @param input.checkpoints newest first
 * @param input.initial the state at the start
 */
export async function resume(input: {
	checkpoints: readonly CheckpointFile[];
	initial: TrainingState;
	origin: Origin;
}): Promise<{ progress: Progress; refused: string[] }> {
	const { checkpoints, initial, origin } = input;
	const refused: string[] = [];
	for (const { epoch, path } of checkpoints) {
		try {
			return { progress: decodeCheckpoint(await readFile(path), { ...origin, initial, epoch }), refused };
		} catch (error) {
			refused.push(refusalOf(epoch, sentenceOf(error)));
		}
	}
	return { progress: { state: initial, history: [], best: null, foreignEpochs: 0 }, refused };
}

/** Why a checkpoint is not used, for the attempt's message. */
export function refusalOf(epoch: number, why: string): string {
	return `The checkpoint of epoch ${epoch} cannot be used: ${why}`;
}
