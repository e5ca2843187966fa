import type { Device } from '@basin/core/contracts/device.ts';
import type { FailureReason } from '@basin/core/contracts/states.ts';
import type { EpochMetrics, TrialResult } from '@basin/core/contracts/training.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { etasOfEpoch } from '@basin/core/domain/schedule.ts';
import { describeRun } from './artifacts/run-record.ts';
import { encodeSafetensors } from './artifacts/safetensors.ts';
import { type TrialFile, writeFiles } from './artifacts/write-files.ts';
import type { LoadDataset } from './datasets/load.ts';
import { type Split, splitDataset } from './datasets/split.ts';
import { describeDivergence } from './divergence.ts';
import { resolveArchitecture } from './engines/architecture.ts';
import { resolveOptimizer } from './engines/optimizer.ts';
import { epochOrder } from './engines/order.ts';
import type { Engine, Program, Sums, TrainingState } from './engines/port.ts';
import { isBetter, summarizeTrial } from './trial-result.ts';

export interface TrialContext {
	engine: Engine;
	device: Device;
	/** Answers at once after the first call for a name. */
	loadDataset: LoadDataset;
	/** Must exist; the artifacts are written there. */
	outputDir: string;
	/** Of the program that trains; null when it does not run from a checkout. */
	gitCommit: string | null;
	onEpoch: (metrics: EpochMetrics) => Promise<void>;
}

export type TrialOutcome =
	| { type: 'finished'; result: TrialResult; files: TrialFile[] }
	| { type: 'failed'; reason: FailureReason; message: string; files: TrialFile[] };

/** The kept weights: of the best validation epoch, which is the one that ranks. */
interface Best {
	metrics: EpochMetrics;
	state: TrainingState;
}

/**
 * Trains one trial from its seed and writes `model.onnx` and `weights.safetensors` (of the best validation epoch),
 * `history.json` and `spec.json`. A trial that diverges ends at that epoch with the last two files.
 * @throws SpecError, DatasetError, or what the engine throws
 */
export async function runTrial(assignment: TrialAssignment, context: TrialContext): Promise<TrialOutcome> {
	const { configuration } = assignment;
	const [dataset, loadSeconds] = await timed(() => context.loadDataset(assignment.dataset));
	const split = splitDataset(dataset, assignment.dataset);
	const [program, compileSeconds] = await timed(() =>
		context.engine.compile({
			architecture: resolveArchitecture(assignment.model, dataset),
			loss: assignment.loss,
			optimizer: resolveOptimizer(assignment),
			batchSize: configuration.batchSize,
			rowsPerEpoch: split.train.indexes.length,
		}),
	);

	const history: EpochMetrics[] = [];
	const records = (weightsEpoch: number | null) => ({
		'history.json': `${JSON.stringify({ trialId: assignment.trialId, epochs: history }, null, 2)}\n`,
		'spec.json': describeRun({ ...context, assignment, dataset, split, weightsEpoch }),
	});
	let state = program.initialState(assignment.seed);
	let best: Best | null = null;
	for (let epoch = 1; epoch <= assignment.epochs; epoch++) {
		const trained = await trainEpoch({ program, split, assignment, state, epoch });
		state = trained.state;
		history.push(trained.metrics);
		await context.onEpoch(trained.metrics);
		const message = describeDivergence(trained.metrics, dataset.classes, assignment);
		if (message !== null) {
			const files = await writeFiles(context.outputDir, records(null));
			return { type: 'failed', reason: 'diverged', message, files };
		}
		if (best === null || isBetter(trained.metrics, best.metrics)) best = trained;
	}

	const { metrics, state: weights } = best!;
	const tested = split.test && (await program.evaluate({ state: weights, ...split.test }));
	const [files, artifactSeconds] = await timed(async () =>
		writeFiles(context.outputDir, {
			'model.onnx': await program.exportModel(weights),
			'weights.safetensors': encodeSafetensors(weights.parameters, { epoch: `${metrics.epoch}`, format: 'basin' }),
			...records(metrics.epoch),
		}),
	);
	const result = summarizeTrial({
		history,
		best: metrics,
		testAccuracy: tested && tested.correct / tested.examples,
		updatesPerEpoch: program.updatesPerEpoch,
		overheads: { loadSeconds, compileSeconds, artifactSeconds },
	});
	return { type: 'finished', result, files };
}

async function trainEpoch(input: {
	program: Program;
	split: Split;
	assignment: TrialAssignment;
	state: TrainingState;
	epoch: number;
}): Promise<Best> {
	const { program, split, assignment, epoch } = input;
	const { rows, indexes } = split.train;
	const order = epochOrder(indexes, assignment.seed, epoch);
	const eta = etasOfEpoch({ ...assignment, updatesPerEpoch: program.updatesPerEpoch }, epoch);
	const { state, sums, seconds } = await program.runEpoch({
		state: input.state,
		rows,
		order,
		eta,
		seed: assignment.seed,
		epoch,
	});
	const [validated, validationSeconds] = await timed(() => program.evaluate({ state, ...split.validation }));
	const metrics = {
		epoch,
		updates: epoch * program.updatesPerEpoch,
		trainLoss: meanLoss(sums),
		trainAccuracy: sums.correct / sums.examples,
		valLoss: meanLoss(validated),
		valAccuracy: validated.correct / validated.examples,
		epochSeconds: seconds,
		validationSeconds,
	};
	return { metrics, state };
}

function meanLoss({ loss, examples }: Sums): number | null {
	return Number.isFinite(loss) ? loss / examples : null;
}

async function timed<T>(action: () => Promise<T>): Promise<[T, number]> {
	const start = performance.now();
	const result = await action();
	return [result, (performance.now() - start) / 1000];
}
