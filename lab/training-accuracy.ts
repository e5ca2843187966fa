import { DatasetSpec, ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { splitDataset } from '@basin/gpu-worker/datasets/split.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import type { LabContext } from './experiment.ts';
import type { SweepResult, TrialResult } from './sweep-result.ts';

/**
 * Share of the examples trained on that a trial's kept weights (of its best validation epoch) get right, by trial id. What a trial records
 * of its training is counted before each update and lags behind: by a whole epoch where the batch is the epoch.
 */
export async function trainingAccuracies(
	{ openEngine, loadDataset, loadWeights, signal }: LabContext,
	sweep: SweepResult,
	trials: readonly TrialResult[] = sweep.trials,
): Promise<Map<string, number>> {
	const found = new Map<string, number>();
	if (trials.length === 0) return found;
	const spec = DatasetSpec.parse(sweep.spec.dataset);
	const dataset = await loadDataset(spec.name as Parameters<typeof loadDataset>[0]);
	const { train } = splitDataset(dataset, spec);
	const architecture = resolveArchitecture(ModelSpec.parse(sweep.spec.model), dataset);
	const loss = { kind: 'softmaxCrossEntropy' } as const;
	const [optimizer, batchSize] = [{ kind: 'sgd' } as const, 100];
	const program = await (await openEngine()).compile({
		architecture,
		loss,
		optimizer,
		batchSize,
		rowsPerEpoch: batchSize,
	});
	for (const { trialId } of trials.filter(({ diverged }) => !diverged)) {
		signal.throwIfAborted();
		const state = { parameters: await loadWeights(trialId), slots: new Map(), updates: 0 };
		const { correct, examples } = await program.evaluate({ state, ...train });
		found.set(trialId, correct / examples);
	}
	return found;
}
