import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean } from '@basin/core/domain/statistics.ts';
import type { Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Architecture, Engine, TrainingState } from '@basin/gpu-worker/engines/port.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import { descentNoise, type NoiseSample, noiseSample, noiseScale } from '../numeric/noise-scale.ts';
import { pointOf } from '../statistics.ts';
import { distinct, finals, type SweepResult, trialsAt, withoutTrials } from '../sweep-result.ts';

const small = 32;
const large = 2048;
const measuredUpdates: Record<Size, number[]> = {
	quick: [0, 30, 100, 300, 1000, 3000],
	full: [0, 10, 30, 100, 300, 1000, 3000, 10_000],
};
const pairsPerPlace: Record<Size, number> = { quick: 30, full: 200 };
const heldOut = 50_000;
const trainExamples = 60_000 - heldOut;

const collapseSpec = (seeds: number[]): SweepSpecInput => ({
	name: 'lab: accuracy against the scale of the noise',
	dataset: { name: 'mnist', validation: heldOut },
	model: { preset: 'mlp', hidden: [128] },
	grid: { batchSize: [16, 64, 256, 1024], eta: [0.01, 0.03, 0.1, 0.3], lambda: [0, 0.9] },
	seeds,
	epochs: 5,
	labels: { lab: 'noise-scale' },
});

export type NoisePlace = { updates: number; noiseScale: number | null; low: number | null; high: number | null };

export const noiseScaleExperiment: Experiment = {
	id: 'noise-scale',
	claims: ['L2', 'L9'],
	title: 'How large a batch is worth it',
	claim:
		'The gradient noise scale B_simple = tr Σ/|G|² is about the batch size above which more examples a batch save few updates. It grows as training goes on. And descent itself makes noise of the scale η/(1 − λ) · (N/B − 1): ' +
		'configurations that share it should end alike.',
	method: {
		quick:
			'MNIST, 784-128-10: pairs of batches of 32 and 2,048 at six places along a training, 30 pairs each; and a sweep of 32 configurations, 2 seeds, 5 epochs of 10,000 images.',
		full: '200 pairs at eight places; 5 seeds.',
	},
	seconds: { quick: 90, full: 500 },
	async run(context) {
		const places = await measure(context);
		const spec = collapseSpec(context.size === 'quick' ? [0, 1] : [0, 1, 2, 3, 4]);
		context.say('sweep over η, λ and B');
		const sweep = await context.runSweep(spec);
		return {
			verdicts: [{ claim: 'L2, L9', ...verdictOf(places) }],
			figures: [scaleFigure(places), collapseFigure(sweep)],
			tables: [placeTable(places)],
			caveats: [
				'McCandlish et al. (arXiv 1812.06162) report about 20 at the start and 200 on average for their network on MNIST; theirs is another network.',
				'The collapse over η/(1 − λ) · (N/B − 1) is expected where noise, and not the number of updates, decides; at five epochs the smallest rates have simply not arrived.',
			],
			sweeps: withoutTrials([sweep]),
		};
	},
};

type Prepared = { engine: Engine; architecture: Architecture; rows: Rows; everyRow: Int32Array };

const loss = { kind: 'softmaxCrossEntropy' } as const;

async function measure({ size, openEngine, loadDataset, say, signal }: LabContext): Promise<NoisePlace[]> {
	const [engine, dataset] = [await openEngine(), await loadDataset('mnist')];
	const architecture = resolveArchitecture({ preset: 'mlp', hidden: [128], activation: 'relu' }, dataset);
	const { train: rows } = dataset;
	const everyRow = Int32Array.from({ length: rows.count }, (_, row) => row);
	const prepared = { engine, architecture, rows, everyRow };
	const places: NoisePlace[] = [];
	// All of the training first: an engine keeps the graphs of few batch sizes at a time.
	for (const { updates, state } of await train(prepared, measuredUpdates[size])) {
		signal.throwIfAborted();
		const samples = await samplesAt(prepared, state, { updates, pairs: pairsPerPlace[size] });
		const place = { updates, noiseScale: noiseScale(samples), ...spreadOf(samples) };
		places.push(place);
		say(`after ${updates} updates: ${place.noiseScale?.toPrecision(3) ?? 'undecided'}`);
	}
	return places;
}

/** The network after each of these numbers of updates, multiples of ten. */
async function train(
	{ engine, architecture, rows, everyRow }: Prepared,
	wanted: readonly number[],
): Promise<{ updates: number; state: TrainingState }[]> {
	const [batchSize, updatesPerRound] = [64, 10];
	const optimizer = { kind: 'momentum', lambda: 0.9 } as const;
	const rowsPerEpoch = batchSize * updatesPerRound;
	const program = await engine.compile({ architecture, loss, optimizer, batchSize, rowsPerEpoch });
	let state = program.initialState(0);
	const found: { updates: number; state: TrainingState }[] = [];
	for (let updates = 0; updates <= wanted.at(-1)!; updates += updatesPerRound) {
		if (wanted.includes(updates)) found.push({ updates, state });
		const round = 1 + updates / updatesPerRound;
		const order = epochOrder(everyRow, 0, round).slice(0, rowsPerEpoch);
		({ state } = await program.runEpoch({ state, rows, order, eta: 0.01, seed: 0, epoch: round }));
	}
	return found;
}

async function samplesAt(
	{ engine, architecture, rows, everyRow }: Prepared,
	state: TrainingState,
	{ updates, pairs }: { updates: number; pairs: number },
): Promise<NoiseSample[]> {
	const samples: NoiseSample[] = [];
	for (let pair = 0; pair < pairs; pair++) {
		const order = epochOrder(everyRow, 1_000 + pair, 1 + updates);
		const gradientOf = async (from: number, batchSize: number) => {
			const indexes = order.slice(from, from + batchSize);
			const objective = await networkObjective({ engine, architecture, loss, rows, indexes });
			return { batchSize, gradient: await objective.gradientAt(objective.pointOf(state)) };
		};
		samples.push(noiseSample(await gradientOf(0, small), await gradientOf(small, large)));
	}
	return samples;
}

/** The range of the estimate over five equal parts of the pairs: a rough error bar that needs no distribution. */
export function spreadOf(samples: readonly NoiseSample[]): { low: number | null; high: number | null } {
	const parts = Array.from({ length: 5 }, (_, part) => noiseScale(samples.filter((_, place) => place % 5 === part)));
	const known = parts.filter((value) => value !== null);
	return known.length < 5 ? { low: null, high: null } : { low: Math.min(...known), high: Math.max(...known) };
}

export function verdictOf(places: readonly NoisePlace[]): Verdict {
	const known = places.filter((place): place is NoisePlace & { noiseScale: number } => place.noiseScale !== null);
	const rule =
		'Holds when the noise scale at the last place is above that at the first, and the ranges over five parts of the pairs do not overlap.';
	if (known.length < 2)
		return { outcome: 'unclear', sentence: 'The gradient was lost in its noise at all but one place.', rule };
	const [first, last] = [known[0]!, known.at(-1)!];
	const average = mean(known.map((place) => place.noiseScale));
	const sentence = `B_simple goes from ${first.noiseScale.toPrecision(3)} after ${first.updates} updates to ${last.noiseScale.toPrecision(3)} after ${last.updates}; its mean over the places is ${average.toPrecision(3)}.`;
	if (first.high !== null && last.low !== null && last.low > first.high) return { outcome: 'holds', sentence, rule };
	const fell = first.low !== null && last.high !== null && last.high < first.low;
	return { outcome: fell ? 'does-not-hold' : 'unclear', sentence, rule };
}

function scaleFigure(places: readonly NoisePlace[]): Figure {
	const points = places.flatMap(({ updates, noiseScale: y, low, high }) => {
		if (y === null) return [];
		return [{ x: updates + 1, y, ...(low === null || high === null ? {} : { low, high }) }];
	});
	return {
		id: 'noise-scale',
		title: 'The gradient noise scale along training',
		caption: `B_simple from pairs of batches of ${small} and ${large}; bars are the range over five parts of the pairs. The axis counts the next update, so that the start is 1.`,
		x: { label: 'update', scale: 'log' },
		y: { label: 'B_simple', unit: 'examples', scale: 'log' },
		series: [{ name: 'B = 64, η = 0.01, λ = 0.9', points, draw: 'line and points' }],
	};
}

function collapseFigure(sweep: SweepResult): Figure {
	const series = distinct(sweep.trials.map(({ batchSize }) => batchSize)).map((batchSize) => ({
		name: `B = ${batchSize}`,
		draw: 'points' as const,
		points: distinct(sweep.trials.map(({ eta }) => eta)).flatMap((eta) =>
			[0, 0.9].flatMap((lambda) => {
				const values = [...finals(trialsAt(sweep, { batchSize, eta, lambda })).values()];
				if (values.length === 0) return [];
				return [pointOf(descentNoise({ eta, lambda, batchSize, examples: trainExamples }), values)];
			}),
		),
	}));
	return {
		id: 'collapse',
		title: 'Accuracy against the scale of the noise',
		caption:
			'One point a configuration: mean validation accuracy over seeds with its 95 % interval against η/(1 − λ) · (N/B − 1). Where points of several B fall on one curve, the scale of the noise is what counts.',
		x: { label: 'η/(1 − λ) · (N/B − 1)', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series,
	};
}

function placeTable(places: readonly NoisePlace[]): Table {
	const short = (value: number | null) => (value === null ? null : Number(value.toPrecision(3)));
	return {
		title: 'The noise scale along training',
		columns: ['updates', 'B_simple', 'range over five parts'],
		rows: places.map(({ updates, noiseScale: scale, low, high }) => [
			...[updates, short(scale)],
			low === null ? null : `${short(low)} to ${short(high)}`,
		]),
	};
}
