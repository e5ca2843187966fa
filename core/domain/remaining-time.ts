import { interpolateUpdateSeconds } from './estimate.ts';

/** What trials of one model took on the devices that have run them. */
export interface MeasuredSpeed {
	batchSize: number;
	updateSeconds: number;
	/** Per epoch, beside the updates: validation. */
	epochOverheadSeconds: number;
	/** Per trial: loading, compiling, writing artifacts. */
	trialOverheadSeconds: number;
}

export interface RemainingWork {
	epochs: number;
	trainSize: number;
	/** Unfinished trials by batch size, running ones included. */
	unfinished: { batchSize: number; trials: number }[];
	/** Epochs that the running trials have behind them, by batch size. */
	running: { batchSize: number; trials: number; epochsDone: number }[];
}

/**
 * Seconds until a sweep is done if as many trials keep running at once as do now. Null while none runs or nothing has been
 * measured. Accurate to the mix of batch sizes, not to the last trial: the tail runs on fewer workers.
 */
export function estimateRemainingSeconds(work: RemainingWork, speeds: readonly MeasuredSpeed[]): number | null {
	const workers = work.running.reduce((sum, { trials }) => sum + trials, 0);
	if (workers === 0 || speeds.length === 0) return null;
	const epochOverheadSeconds = meanOf(speeds.map((speed) => speed.epochOverheadSeconds));
	const trialOverheadSeconds = meanOf(speeds.map((speed) => speed.trialOverheadSeconds));
	const epochSeconds = (batchSize: number) =>
		interpolateUpdateSeconds(speeds, batchSize)! * Math.ceil(work.trainSize / batchSize) + epochOverheadSeconds;
	const ahead = work.unfinished.reduce(
		(sum, { batchSize, trials }) => sum + trials * (trialOverheadSeconds + work.epochs * epochSeconds(batchSize)),
		0,
	);
	const behind = work.running.reduce((sum, { batchSize, epochsDone }) => sum + epochsDone * epochSeconds(batchSize), 0);
	return Math.max(0, ahead - behind) / workers;
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
