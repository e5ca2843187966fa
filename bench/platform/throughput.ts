import type { Db } from '@basin/db/client.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { runWide } from './percentiles.ts';

/** Trials claimed and finished per second by `width` connections with a worker's login; nothing else touches the database. */
export async function measureTrials(db: Db, workers: Db, input: { width: number; trials: number }): Promise<number> {
	const { width, trials } = input;
	const { trialIds } = await sampleSweep(db, { configurations: trials });
	const warmUp = Math.floor(trials / 20);
	const runOne = async (trialId: string, lane: number) => {
		const assignment = await claimTrial({ db: workers, trialId, workerId: `bench-${lane}`, leaseSeconds: 60 });
		if (!assignment) throw new Error(`${trialId} was not claimed`);
		const { attemptNo, configuration } = assignment;
		const result = sampleResult({ valAccuracy: 1 - configuration.eta / 100 });
		const ended = await finishTrial({ db: workers, trialId, attemptNo, result, device: sampleDevice, artifacts: [] });
		if (!ended) throw new Error(`${trialId} was not finished`);
	};
	await runWide(trialIds.slice(0, warmUp), width, runOne);
	const seconds = await runWide(trialIds.slice(warmUp), width, runOne);
	return (trials - warmUp) / seconds;
}

/** Epochs stored per second: `width` running trials, each of which stores its epochs one after the other. */
export async function measureEpochs(db: Db, workers: Db, input: { width: number; epochs: number }): Promise<number> {
	const { width, epochs } = input;
	const { trialIds } = await sampleSweep(db, { configurations: width, epochs });
	await runWide(trialIds, width, async (trialId, lane) =>
		claimTrial({ db: workers, trialId, workerId: `bench-${lane}`, leaseSeconds: 3600 }),
	);
	const seconds = await runWide(trialIds, width, async (trialId) => {
		for (let epoch = 1; epoch <= epochs; epoch++) {
			const written = await recordEpoch({ db: workers, trialId, attemptNo: 1, metrics: sampleMetrics(epoch) });
			if (!written) throw new Error(`epoch ${epoch} of ${trialId} was refused`);
		}
	});
	return (width * epochs) / seconds;
}
