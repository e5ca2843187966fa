import { ModelSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean } from '@basin/core/domain/statistics.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import type { NamedArray } from '@basin/gpu-worker/engines/port.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Series, Table, Verdict } from '../findings.ts';
import { interpolate } from '../numeric/descent.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import { fullSpaceSharpness, subspaceSharpness } from '../numeric/sharpness.ts';
import { norm, plus } from '../numeric/vector.ts';
import { type Difference, pairedDifference, percent, pointOf, points } from '../statistics.ts';
import { finals, type SweepResult, trialsAt, withoutTrials } from '../sweep-result.ts';

type Network = {
	name: 'F1' | 'C1';
	dataset: 'mnist' | 'cifar10';
	held: number;
	epochs: number;
	seeds: number[];
};

/** Held out so that the official test images are read once, at the end; the quick size trains on a sixth of MNIST. */
const networks: Record<Size, Network[]> = {
	quick: [{ name: 'F1', dataset: 'mnist', held: 50_000, epochs: 12, seeds: [0, 1, 2] }],
	full: [
		{ name: 'F1', dataset: 'mnist', held: 5_000, epochs: 40, seeds: [0, 1, 2, 3, 4] },
		{ name: 'C1', dataset: 'cifar10', held: 5_000, epochs: 40, seeds: [0, 1, 2] },
	],
};
const totals = { mnist: 60_000, cifar10: 50_000 } as const;
const smallBatch = 256;
const epsilons = [1e-3, 5e-4];
/** Examples over which f of Metric 2.1 is taken, here; the paper takes all. */
const sharpnessExamples: Record<Size, number> = { quick: 1000, full: 5000 };
const alphas = Array.from({ length: 25 }, (_, i) => -1 + i / 8);

/** Keskar et al., table 2, in per cent: train and test, small and large batch. */
const table2 = { F1: [99.66, 99.92, 98.03, 97.81], C1: [99.89, 99.66, 80.04, 77.26] } as const;

type Layers = Extract<SweepSpecInput['model'], { layers: unknown }>['layers'];

/**
 * Their networks layer by layer, but for batch norm's running statistics: these follow the last ten updates and not the last hundred, since a large batch
 * makes ten in an epoch and would be tested by statistics from its start. Those of C1 are over ghost batches, because 4,500 images do not fit.
 */
function modelOf({ name }: Network): { layers: Layers } {
	const batchNorm = {
		type: 'batchNorm',
		momentum: 0.9,
		...(name === 'C1' ? { ghostBatchSize: smallBatch } : {}),
	} as const;
	const unit = (layer: Layers[number]): Layers => [layer, batchNorm, { type: 'relu' }];
	const dense = (units: number) => unit({ type: 'dense', units });
	const last: Layers = [{ type: 'dense', units: 10 }];
	if (name === 'F1')
		return { layers: [{ type: 'flatten' }, ...Array.from({ length: 5 }, () => dense(512)).flat(), ...last] };
	const pool = { type: 'maxPool', poolSize: 3, strides: 2, padding: 'same' } as const;
	const images = [...unit({ type: 'conv2d', filters: 64, kernelSize: 5, padding: 'same' }), pool];
	const dropped = (units: number): Layers => [...dense(units), { type: 'dropout', rate: 0.5 }];
	return { layers: [...images, ...images, { type: 'flatten' }, ...dropped(384), ...dropped(192), ...last] };
}

const largeBatchOf = ({ dataset, held }: Network) => Math.round((totals[dataset] - held) / 10);

const specOf = (network: Network): SweepSpecInput => ({
	name: `lab: generalisation gap, ${network.name}`,
	dataset: { name: network.dataset, validation: network.held },
	model: modelOf(network),
	grid: { batchSize: [smallBatch, largeBatchOf(network)], eta: [0.001] },
	optimizer: { kind: 'adam' },
	seeds: network.seeds,
	epochs: network.epochs,
	labels: { lab: 'generalisation' },
});

type Sharpnesses = { batchSize: number; seed: number; epsilon: number; full: number; subspace: number };
type Measured = {
	network: Network;
	sweep: SweepResult;
	sharpness: Sharpnesses[];
	line: { train: number[]; held: number[] } | null;
	distance: number | null;
};

export const generalisation: Experiment = {
	id: 'generalisation',
	claims: ['L7', 'L8'],
	title: 'The generalisation gap, and sharp minima',
	claim:
		'Even where training accuracy is the same, networks trained with small batches do better on images they have not seen (Keskar et al., arXiv 1609.04836), because large batches end in sharp minima and small ones in flat.',
	method: {
		quick:
			'Their network F1 with Adam on 10,000 images of MNIST, B = 256 against 10 % of the data, 3 seeds, 12 epochs; sharpness by Metric 2.1; the loss on the line between the two solutions.',
		full: 'F1 on MNIST (5 seeds) and C1 on CIFAR-10 (3 seeds), 40 epochs.',
	},
	seconds: { quick: 180, full: 30_000 },
	async run(context) {
		const measured: Measured[] = [];
		for (const network of networks[context.size]) measured.push(await measure(context, network));
		return {
			verdicts: [
				{
					claim: 'L7, L8',
					...verdictOf(measured[0]!.sweep, measured[0]!.sharpness, largeBatchOf(measured[0]!.network)),
				},
			],
			figures: measured.flatMap((one) => [...(one.line === null ? [] : [lineFigure(one)]), curveFigure(one)]),
			tables: measured.flatMap((one) => [accuracyTable(one), sharpnessTable(one)]),
			caveats: [
				'Metric 2.1 is not invariant: scaling the weights of a relu network changes it and not the network (Dinh et al., arXiv 1703.04933), and with batch norm the weights’ scale is free.',
				'Batch norm’s running statistics follow the last ten updates; with the usual hundred the large batch, of ten updates an epoch, is tested by statistics from its start, which looks like a gap and is none. C1 takes them over ghost batches of 256, which by itself narrows the gap.',
				'More updates, a rate that grows as √B and ghost batch norm close the gap (Hoffer et al., arXiv 1705.08741: F1 98.27 % small, 97.05 % large, 98.53 % adapted).',
				'The maximum in Metric 2.1 is found by ten steps of projected ascent, so that φ is a lower bound; f is the loss over some of the training images, as the tables say.',
			],
			sweeps: withoutTrials(measured.map(({ sweep }) => sweep)),
		};
	},
};

async function measure(context: LabContext, network: Network): Promise<Measured> {
	const { runSweep, openEngine, loadDataset, loadWeights, say, size, signal } = context;
	const sweep = await runSweep(specOf(network));
	const [engine, dataset] = [await openEngine(), await loadDataset(network.dataset)];
	const architecture = resolveArchitecture(ModelSpec.parse(modelOf(network)), dataset);
	const count = network.name === 'C1' ? 500 : Math.min(sharpnessExamples[size], totals[network.dataset] - network.held);
	const indexes = Int32Array.from({ length: count }, (_, row) => row);
	const shared = { engine, architecture, loss: { kind: 'softmaxCrossEntropy' } as const };
	const objective = await networkObjective({ ...shared, rows: dataset.train, indexes });
	const heldObjective = await networkObjective({ ...shared, rows: dataset.test, indexes });
	const pointOfTrial = async (trialId: string) => {
		const parameters: ReadonlyMap<string, NamedArray> = await loadWeights(trialId);
		return objective.pointOf({ parameters, slots: new Map(), updates: 0 });
	};
	const seeds = size === 'quick' ? network.seeds.slice(0, 1) : network.seeds;
	const sharpness: Sharpnesses[] = [];
	const solutions = new Map<string, Awaited<ReturnType<typeof pointOfTrial>>>();
	for (const batchSize of [smallBatch, largeBatchOf(network)]) {
		for (const trial of trialsAt(sweep, { batchSize }).filter(({ seed }) => seeds.includes(seed))) {
			signal.throwIfAborted();
			const point = await pointOfTrial(trial.trialId);
			solutions.set(`${batchSize} ${trial.seed}`, point);
			for (const epsilon of epsilons) {
				say(`sharpness of B = ${batchSize}, seed ${trial.seed}, ε = ${epsilon}`);
				const input = { objective, point, epsilon, seed: 1 };
				const full = (await fullSpaceSharpness(input)).phi;
				const subspace = (await subspaceSharpness({ ...input, subspace: size === 'quick' ? 20 : 100 })).phi;
				sharpness.push({ batchSize, seed: trial.seed, epsilon, full, subspace });
			}
		}
	}
	const [one, other] = [smallBatch, largeBatchOf(network)].map((batchSize) =>
		solutions.get(`${batchSize} ${seeds[0]}`),
	);
	if (!one || !other) return { network, sweep, sharpness, line: null, distance: null };
	const between = { from: one, to: other, alphas };
	const line = {
		train: await interpolate({ objective, ...between }),
		held: await interpolate({ objective: heldObjective, ...between }),
	};
	return { network, sweep, sharpness, line, distance: norm(plus(other, -1, one)) };
}

export function verdictOf(sweep: SweepResult, sharpness: readonly Sharpnesses[], largeBatch: number): Verdict {
	const [small, large] = [trialsAt(sweep, { batchSize: smallBatch }), trialsAt(sweep, { batchSize: largeBatch })];
	const tests = (trials: typeof small) => new Map(trials.map(({ seed, testAccuracy }) => [seed, testAccuracy!]));
	const gap = pairedDifference(tests(small), tests(large));
	const phi = (batchSize: number) =>
		sharpness.filter((one) => one.batchSize === batchSize && one.epsilon === 1e-3).map(({ full }) => full);
	const [smallPhi, largePhi] = [phi(smallBatch), phi(largeBatch)];
	const rule = `Holds when the paired 95 % interval of test accuracy, B = ${smallBatch} less B = ${largeBatch}, is above 0 and the large batch is sharper (Metric 2.1, full space, ε = 10⁻³).`;
	if (gap === null || smallPhi.length === 0 || largePhi.length === 0) {
		return { outcome: 'unclear', sentence: 'Too few trials ended to compare the two batch sizes.', rule };
	}
	const isSharper = mean(largePhi) > mean(smallPhi);
	const sentence = `Test accuracy with B = ${smallBatch} less B = ${largeBatch}: ${points(gap)}; sharpness ${mean(smallPhi).toPrecision(3)} against ${mean(largePhi).toPrecision(3)}.`;
	return { outcome: outcomeOf(gap, isSharper), sentence, rule };
}

function outcomeOf(gap: Difference, isSharper: boolean): Verdict['outcome'] {
	if (gap.low > 0 && isSharper) return 'holds';
	return gap.high < 0 || (gap.low > 0 && !isSharper) ? 'does-not-hold' : 'unclear';
}

function lineFigure({ network, line }: Measured): Figure {
	const series = (name: string, values: number[], draw: Series['draw']): Series => ({
		name,
		draw,
		points: values.map((y, place) => ({ x: alphas[place]!, y })),
	});
	return {
		id: `line-${network.name.toLowerCase()}`,
		title: 'The loss between the two solutions',
		caption: `Cross-entropy at the small batch’s solution plus α times the way to the large batch’s, 25 points: α = 0 is B = ${smallBatch}, α = 1 is B = ${largeBatchOf(network)}. One pair of solutions, so no error bars; a wide valley at 0 and a narrow one at 1 would be the claim.`,
		x: { label: 'α', scale: 'linear' },
		y: { label: 'loss', scale: 'log' },
		series: [series('training images', line!.train, 'line and points'), series('test images', line!.held, 'dashed')],
	};
}

function curveFigure({ network, sweep }: Measured): Figure {
	const series = [smallBatch, largeBatchOf(network)].flatMap((batchSize): Series[] => {
		const trials = trialsAt(sweep, { batchSize });
		const curve = (of: (epoch: (typeof trials)[number]['epochs'][number]) => number) =>
			(trials[0]?.epochs ?? []).map(({ epoch }, place) =>
				pointOf(
					epoch,
					trials.map(({ epochs }) => of(epochs[place]!)),
				),
			);
		return [
			{
				name: `B = ${batchSize}, training`,
				points: curve(({ trainAccuracy }) => trainAccuracy),
				draw: 'dashed',
				group: `${batchSize}`,
			},
			{
				name: `B = ${batchSize}, validation`,
				points: curve(({ valAccuracy }) => valAccuracy),
				draw: 'line and points',
				group: `${batchSize}`,
			},
		];
	});
	return {
		id: `curves-${network.name.toLowerCase()}`,
		title: 'Training and validation accuracy',
		caption:
			'Mean over seeds with 95 % intervals. Where the dashed lines have met, what is left between the others is the gap.',
		x: { label: 'epoch', scale: 'linear' },
		y: { label: 'accuracy', scale: 'linear', bounds: [0, 1] },
		series,
	};
}

function accuracyTable({ network, sweep }: Measured): Table {
	const [trainSmall, trainLarge, testSmall, testLarge] = table2[network.name];
	const row = (batchSize: number, paperTrain: number, paperTest: number) => {
		const trials = trialsAt(sweep, { batchSize });
		if (trials.length === 0) return [batchSize, 0, null, null, paperTrain, paperTest];
		const train = mean([...finals(trials, ({ trainAccuracy }) => trainAccuracy).values()]);
		const test = mean(trials.map(({ testAccuracy }) => testAccuracy!));
		return [batchSize, trials.length, percent(train), percent(test), paperTrain, paperTest];
	};
	return {
		title: `${network.name} on ${totals[network.dataset] - network.held} images, beside table 2 of Keskar et al.`,
		columns: ['B', 'seeds', 'training', 'test', 'paper, training %', 'paper, test %'],
		rows: [row(smallBatch, trainSmall, testSmall), row(largeBatchOf(network), trainLarge, testLarge)],
	};
}

function sharpnessTable({ network, sharpness, distance }: Measured): Table {
	const rows = sharpness.map(({ batchSize, seed, epsilon, full, subspace }) => [
		...[batchSize, seed, epsilon, Number(full.toPrecision(3)), Number(subspace.toPrecision(3))],
	]);
	const apart = distance === null ? '' : `; the two solutions of the first seed are ${distance.toPrecision(3)} apart`;
	return {
		title: `Metric 2.1, ${network.name}${apart}`,
		columns: ['B', 'seed', 'ε', 'φ, full space', 'φ, random subspace'],
		rows,
	};
}
