import { type Client, exportedLines, type Sweep, type Trial } from '@basin/client';
import { SweepMetricsPoint, Trial as TrialContract } from '@basin/core/contracts/api.ts';

/** A trial with all its epochs: what other tools call a run. */
export type TrialRun = { trial: Trial; points: SweepMetricsPoint[] };

/** Every trial of a sweep with its epochs, one at a time: ten thousand trials are held, but the epochs of one only. */
export async function* trialRuns(client: Client, sweepId: string, signal: AbortSignal): AsyncGenerator<TrialRun> {
	const lines = (table: 'trials' | 'metrics') =>
		exportedLines(client.exportSweep(sweepId, { table, format: 'ndjson', signal }));
	const trials = new Map<string, Trial>();
	for await (const line of lines('trials')) {
		const trial = TrialContract.parse(line);
		trials.set(trial.id, trial);
	}
	for await (const points of consecutive(lines('metrics'))) {
		const trial = trials.get(points[0]!.trialId);
		// A trial that was added a moment ago is not in the list that was read before.
		if (trial === undefined) continue;
		trials.delete(trial.id);
		yield { trial, points };
	}
	for (const trial of trials.values()) yield { trial, points: [] };
}

/** The points of one trial after the other. */
async function* consecutive(lines: AsyncIterable<unknown>): AsyncGenerator<SweepMetricsPoint[]> {
	let points: SweepMetricsPoint[] = [];
	for await (const line of lines) {
		const point = SweepMetricsPoint.parse(line);
		if (points.length > 0 && points[0]!.trialId !== point.trialId) {
			yield points;
			points = [];
		}
		points.push(point);
	}
	if (points.length > 0) yield points;
}

/** `B100_eta0.05_lambda0.9_seed0`: one for each trial of a sweep. */
export function runName({ configuration: { batchSize, eta, lambda }, seed }: Trial): string {
	return `B${batchSize}_eta${eta}_lambda${lambda}_seed${seed}`;
}

/** What distinguishes a trial, by the names that other tools show. */
export function parametersOf({ configuration, seed, epochs }: Trial, { dataset, model }: Sweep) {
	return { ...configuration, seed, epochs, dataset, model };
}

/** A loss that is not a number says so to tools that know the difference: the trial diverged. Other unknown values are left out. */
export function scalarsOf(point: SweepMetricsPoint) {
	const { trainLoss, valLoss, trainAccuracy, valAccuracy, epochSeconds, validationSeconds } = point;
	return {
		trainLoss: trainLoss ?? Number.NaN,
		valLoss: valLoss ?? Number.NaN,
		...(trainAccuracy === null ? {} : { trainAccuracy }),
		...(valAccuracy === null ? {} : { valAccuracy }),
		epochSeconds,
		validationSeconds,
	};
}
