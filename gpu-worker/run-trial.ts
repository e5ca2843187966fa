import { join } from 'node:path';
import type { Device } from '@basin/core/contracts/device.ts';
import type { FailureReason } from '@basin/core/contracts/states.ts';
import type { EpochMetrics, FinishedResult } from '@basin/core/contracts/training.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { etasOfEpoch } from '@basin/core/domain/schedule.ts';
import { describeRun } from './artifacts/run-record.ts';
import { encodeSafetensors } from './artifacts/safetensors.ts';
import { type TrialFile, writeFiles } from './artifacts/write-files.ts';
import type { Progress } from './checkpoints/checkpoint.ts';
import { type Durability, undisturbed } from './checkpoints/durability.ts';
import { fingerprintOf } from './checkpoints/fingerprint.ts';
import { createCheckpointKeeper } from './checkpoints/keeper.ts';
import { resume } from './checkpoints/resume.ts';
import type { Dataset } from './datasets/dataset.ts';
import type { LoadDataset } from './datasets/load.ts';
import { type Split, splitDataset } from './datasets/split.ts';
import { describeDivergence } from './divergence.ts';
import { resolveArchitecture } from './engines/architecture.ts';
import { resolveOptimizer } from './engines/optimizer.ts';
import { epochOrder } from './engines/order.ts';
import type { Engine, Program, Sums } from './engines/port.ts';
import { isBetter, summarizeTrial } from './trial-result.ts';

export interface TrialContext {
	engine: Engine;
	device: Device;
	/** Answers at once after the first call for a name. */
	loadDataset: LoadDataset;
	/** Must exist; the artifacts are written there, and checkpoints below it. */
	outputDir: string;
	/** Of the program that trains; null when it does not run from a checkout. */
	gitCommit: string | null;
	onEpoch: (metrics: EpochMetrics) => Promise<void>;
	/** Left out: `undisturbed`. */
	durability?: Durability;
}

export type TrialOutcome =
	| { type: 'finished'; result: FinishedResult; files: TrialFile[] }
	| { type: 'failed'; reason: FailureReason; message: string; files: TrialFile[] }
	| { type: 'released' };

/** A trial whose data are there and whose program is compiled. */
interface Prepared {
	assignment: TrialAssignment;
	dataset: Dataset;
	split: Split;
	program: Program;
	loadSeconds: number;
	compileSeconds: number;
}

/**
 * Trains one trial, from its seed or from a checkpoint, and writes `model.onnx` and `weights.safetensors` (of the best
 * validation epoch), `history.json` and `spec.json`. A trial that diverges ends at that epoch with the last two files.
 * Gone on from a checkpoint, all but the times is bit-equal to a run that nothing has disturbed.
 * @throws SpecError, DatasetError, or what the engine throws
 */
export async function runTrial(assignment: TrialAssignment, context: TrialContext): Promise<TrialOutcome> {
	const prepared = await prepare(assignment, context);
	const { program, dataset } = prepared;
	const fingerprint = fingerprintOf(assignment, { engine: context.engine.name, datasetSha256: dataset.sha256 });
	const origin = { fingerprint, deviceKey: context.device.key };
	const initial = program.initialState(assignment.seed);
	const { checkpoints, isReleased, onStart, onCheckpoint, ...interval } = context.durability ?? undisturbed;
	const [resumed, resumeSeconds] = await timed(() => resume({ checkpoints, initial, origin }));
	const keeper = createCheckpointKeeper({ folder: join(context.outputDir, 'checkpoints'), origin, ...interval });
	let { progress } = resumed;
	let checkpointSeconds = resumeSeconds;
	await onStart({ epoch: progress.history.length, refused: resumed.refused });
	if (await isReleased()) return { type: 'released' };

	for (let epoch = progress.history.length + 1; epoch <= assignment.epochs; epoch++) {
		progress = await trainEpoch(prepared, progress, epoch);
		const metrics = progress.history.at(-1)!;
		await context.onEpoch(metrics);
		const message = describeDivergence(metrics, dataset.classes, assignment);
		if (message !== null) {
			const files = await writeFiles(context.outputDir, records(prepared, context, progress, null));
			return { type: 'failed', reason: 'diverged', message, files };
		}
		if (epoch === assignment.epochs) break;
		const released = await isReleased();
		if (released || keeper.isDue()) {
			const [file, seconds] = await timed(() => keeper.write(progress));
			checkpointSeconds += seconds;
			await onCheckpoint(file);
		}
		if (released) return { type: 'released' };
	}
	return conclude(prepared, context, progress, checkpointSeconds);
}

async function prepare(assignment: TrialAssignment, context: TrialContext): Promise<Prepared> {
	const [dataset, loadSeconds] = await timed(() => context.loadDataset(assignment.dataset));
	const split = splitDataset(dataset, assignment.dataset);
	const [program, compileSeconds] = await timed(() =>
		context.engine.compile({
			architecture: resolveArchitecture(assignment.model, dataset),
			loss: assignment.loss,
			optimizer: resolveOptimizer(assignment),
			batchSize: assignment.configuration.batchSize,
			rowsPerEpoch: split.train.indexes.length,
		}),
	);
	return { assignment, dataset, split, program, loadSeconds, compileSeconds };
}

/** Measures and writes what a trial leaves once its last epoch has ended. */
async function conclude(
	prepared: Prepared,
	context: TrialContext,
	progress: Progress,
	checkpointSeconds: number,
): Promise<TrialOutcome> {
	const { program, split, loadSeconds, compileSeconds } = prepared;
	const { metrics, state: weights } = progress.best!;
	const tested = split.test && (await program.evaluate({ state: weights, ...split.test }));
	const [files, artifactSeconds] = await timed(async () =>
		writeFiles(context.outputDir, {
			'model.onnx': await program.exportModel(weights),
			'weights.safetensors': encodeSafetensors(weights.parameters, { epoch: `${metrics.epoch}`, format: 'basin' }),
			...records(prepared, context, progress, metrics.epoch),
		}),
	);
	const result = summarizeTrial({
		...progress,
		best: metrics,
		testAccuracy: tested && tested.correct / tested.examples,
		updatesPerEpoch: program.updatesPerEpoch,
		overheads: { loadSeconds, compileSeconds, artifactSeconds, checkpointSeconds },
	});
	return { type: 'finished', result, files };
}

function records(
	prepared: Prepared,
	context: TrialContext,
	{ history, foreignEpochs }: Progress,
	weightsEpoch: number | null,
) {
	const { trialId } = prepared.assignment;
	return {
		'history.json': `${JSON.stringify({ trialId, epochs: history }, null, 2)}\n`,
		'spec.json': describeRun({ ...context, ...prepared, weightsEpoch, foreignEpochs }),
	};
}

async function trainEpoch(prepared: Prepared, progress: Progress, epoch: number): Promise<Progress> {
	const { program, split, assignment } = prepared;
	const { rows, indexes } = split.train;
	const { seed } = assignment;
	const order = epochOrder(indexes, seed, epoch);
	const eta = etasOfEpoch({ ...assignment, updatesPerEpoch: program.updatesPerEpoch }, epoch);
	const { state, sums, seconds } = await program.runEpoch({ state: progress.state, rows, order, eta, seed, epoch });
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
	const { best, history } = progress;
	const isBest = isBetter(metrics, best?.metrics ?? null);
	return { ...progress, state, history: [...history, metrics], best: isBest ? { metrics, state } : best };
}

function meanLoss({ loss, examples }: Sums): number | null {
	return Number.isFinite(loss) ? loss / examples : null;
}

async function timed<T>(action: () => Promise<T>): Promise<[T, number]> {
	const start = performance.now();
	const result = await action();
	return [result, (performance.now() - start) / 1000];
}
