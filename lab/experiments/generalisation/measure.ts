import { DatasetSpec, ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import type { Dataset } from '@basin/gpu-worker/datasets/dataset.ts';
import { type Selection, splitDataset } from '@basin/gpu-worker/datasets/split.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import type { LabContext } from '../../experiment.ts';
import { interpolate } from '../../numeric/descent.ts';
import { type NetworkObjective, networkObjective } from '../../numeric/network-objective.ts';
import { fullSpaceSharpness, subspaceSharpness } from '../../numeric/sharpness.ts';
import { norm, plus, type Vector } from '../../numeric/vector.ts';
import { type SweepResult, type TrialResult, trialsAt } from '../../sweep-result.ts';
import { trainingAccuracies } from '../../training-accuracy.ts';
import { judgedEpsilon, modelOf, type Network, specOf } from './networks.ts';

/** Of one trial's kept weights. */
export type Sharpness = {
	batchSize: number;
	seed: number;
	epsilon: number;
	/** f(x): the mean loss at the weights themselves. */
	loss: number;
	/** φ in the full space. */
	full: number;
	/** φ in a random subspace; null where it was not taken. */
	subspace: number | null;
};

export type Measured = {
	network: Network;
	sweep: SweepResult;
	/** By trial id: share of the training examples that the kept weights get right. */
	training: ReadonlyMap<string, number>;
	/** By trial id: ‖θ − θ₀‖ of the kept weights. */
	fromStart: ReadonlyMap<string, number>;
	sharpness: Sharpness[];
	/** Losses between the two solutions of the first seed that has both, and their distance. */
	line: { train: number[]; test: number[]; distance: number } | null;
};

/** 25 points of the line, as in the paper's figure: α = 0 is the small batch, 1 the large. */
export const alphas = Array.from({ length: 25 }, (_, i) => -1 + i / 8);

/** The first examples that were trained on, and as many that never were: the split is a shuffled one, so row numbers are taken from it. */
export function measuredExamples(dataset: Dataset, network: Network): { train: Selection; test: Selection } {
	const { train, test } = splitDataset(dataset, DatasetSpec.parse(specOf(network).dataset));
	const first = ({ rows, indexes }: Selection) => ({ rows, indexes: indexes.slice(0, network.sharpnessExamples) });
	return { train: first(train), test: first(test!) };
}

/** Runs the sweep of a network and takes from its weights what the two claims are about. */
export async function measure(context: LabContext, network: Network): Promise<Measured> {
	const sweep = await context.runSweep(specOf(network));
	const trials = [network.smallBatch, network.largeBatch].flatMap((batchSize) => trialsAt(sweep, { batchSize }));
	const nothing = { training: new Map(), fromStart: new Map(), sharpness: [], line: null };
	if (trials.length === 0) return { network, sweep, ...nothing };
	const training = await trainingAccuracies(context, sweep, trials);
	const objectives = await openObjectives(context, network);
	const [fromStart, sharpness] = [new Map<string, number>(), [] as Sharpness[]];
	for (const trial of trials) {
		context.signal.throwIfAborted();
		context.say(`sharpness of ${network.name}, B = ${trial.batchSize}, seed ${trial.seed}`);
		const point = await solutionOf(context, objectives.train, trial);
		fromStart.set(trial.trialId, norm(plus(point, -1, objectives.train.initialPoint(trial.seed))));
		sharpness.push(...(await sharpnessAt(objectives.train, point, trial, network)));
	}
	return { network, sweep, training, fromStart, sharpness, line: await between(context, objectives, network, trials) };
}

type Objectives = { train: NetworkObjective; test: NetworkObjective };

async function openObjectives({ openEngine, loadDataset }: LabContext, network: Network): Promise<Objectives> {
	const [engine, dataset] = [await openEngine(), await loadDataset(network.dataset)];
	const architecture = resolveArchitecture(ModelSpec.parse(modelOf(network)), dataset);
	const shared = { engine, architecture, loss: { kind: 'softmaxCrossEntropy' } as const };
	const { train, test } = measuredExamples(dataset, network);
	return {
		train: await networkObjective({ ...shared, ...train }),
		test: await networkObjective({ ...shared, ...test }),
	};
}

async function solutionOf(context: LabContext, objective: NetworkObjective, { trialId }: TrialResult): Promise<Vector> {
	return objective.pointOf({ parameters: await context.loadWeights(trialId), slots: new Map(), updates: 0 });
}

/** In the full space for every seed; in the subspace, of which one column has a million numbers, for the first. */
async function sharpnessAt(
	objective: NetworkObjective,
	point: Vector,
	{ batchSize, seed }: TrialResult,
	{ epsilons, subspace: dimensions, seeds }: Network,
): Promise<Sharpness[]> {
	const found: Sharpness[] = [];
	for (const epsilon of epsilons) {
		const input = { objective, point, epsilon, seed: 1 };
		const { phi: full, valueAtCentre: loss } = await fullSpaceSharpness(input);
		const inSubspace = seed === seeds[0] && epsilon === judgedEpsilon;
		const subspace = inSubspace ? (await subspaceSharpness({ ...input, subspace: dimensions })).phi : null;
		found.push({ batchSize, seed, epsilon, loss, full, subspace });
	}
	return found;
}

async function between(
	context: LabContext,
	objectives: Objectives,
	{ smallBatch, largeBatch }: Network,
	trials: readonly TrialResult[],
): Promise<Measured['line']> {
	const small = trials.find(({ batchSize }) => batchSize === smallBatch);
	const large = trials.find(({ batchSize, seed }) => batchSize === largeBatch && seed === small?.seed);
	if (small === undefined || large === undefined) return null;
	const [from, to] = [
		await solutionOf(context, objectives.train, small),
		await solutionOf(context, objectives.train, large),
	];
	return {
		train: await interpolate({ objective: objectives.train, from, to, alphas }),
		test: await interpolate({ objective: objectives.test, from, to, alphas }),
		distance: norm(plus(to, -1, from)),
	};
}
