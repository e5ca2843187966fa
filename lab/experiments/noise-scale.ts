import type { Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Architecture, Engine, TrainingState } from '@basin/gpu-worker/engines/port.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import {
	type LogNoiseScale,
	logNoiseScale,
	type NoiseSample,
	noiseSample,
	noiseScale,
	noiseScaleInterval,
	noiseScaleRatio,
} from '../numeric/noise-scale.ts';
import { withoutTrials } from '../sweep-result.ts';
import { collapseFigure, collapseSpec, collapseTable, collapseVerdict } from './noise-collapse.ts';

const small = 32;
const large = 2048;
const measuredUpdates: Record<Size, number[]> = {
	quick: [0, 30, 100, 300, 1000, 3000],
	full: [0, 10, 30, 100, 300, 1000, 3000, 10_000],
};
const pairsPerPlace: Record<Size, number> = { quick: 30, full: 150 };
export type NoisePlace = { updates: number; noiseScale: number | null; estimate: LogNoiseScale | null };

export const noiseScaleExperiment: Experiment = {
	id: 'noise-scale',
	claims: ['L9'],
	title: 'How large a batch is worth it',
	claim:
		'Descent makes noise of the scale g = η/(1 − λ) · (N/B − 1): configurations that share it should end alike, whatever their B. And the gradient noise scale B_simple = tr Σ/|G|², about the batch size above which ' +
		'more examples a batch save few updates, grows as training goes on.',
	method: {
		quick:
			'MNIST, 784-128-10: pairs of batches of 32 and 2,048 at six places along a training, 30 pairs each; and a sweep of four g, each made of three B and two λ, on 5,000 images, 3 seeds, 10 epochs, which is before a plateau.',
		full: '150 pairs at eight places; 5 seeds, 60 epochs.',
	},
	seconds: { quick: 60, full: 240 },
	async run(context) {
		const places = await measure(context);
		context.say('sweep over g, λ and B');
		const sweep = await context.runSweep(collapseSpec(context.size));
		return {
			verdicts: [
				{ claim: 'L9', ...verdictOf(places) },
				{ claim: 'Equal noise', ...collapseVerdict(sweep) },
			],
			figures: [scaleFigure(places), collapseFigure(sweep)],
			tables: [placeTable(places), collapseTable(sweep)],
			caveats: [
				'McCandlish et al. (arXiv 1812.06162) report about 20 at the start and 200 on average for their network on MNIST; theirs is another network.',
				'B_simple is along one training (seed 0): its intervals are of the batches that were drawn, not of other starts.',
				'At equal epochs g is also the total step, Σ η/(1 − λ) ≈ g · epochs: before accuracies stop rising, equal g cannot tell equal noise from equal progress. Only values of g whose accuracies had settled decide.',
				'The scale is derived for small steps. A large g at a large B needs an η/(1 − λ) at which descent is no longer stable, and there it must break.',
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
		const place = { updates, noiseScale: noiseScale(samples), estimate: logNoiseScale(samples) };
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
	const roundsPerEpoch = Math.floor(rows.count / rowsPerEpoch);
	let order: Int32Array = new Int32Array();
	for (let updates = 0; updates <= wanted.at(-1)!; updates += updatesPerRound) {
		if (wanted.includes(updates)) found.push({ updates, state });
		const round = updates / updatesPerRound;
		const place = round % roundsPerEpoch;
		if (place === 0) order = epochOrder(everyRow, 0, 1 + round / roundsPerEpoch);
		const part = order.slice(place * rowsPerEpoch, (place + 1) * rowsPerEpoch);
		({ state } = await program.runEpoch({ state, rows, order: part, eta: 0.01, seed: 0, epoch: 1 + round }));
	}
	return found;
}

async function samplesAt(
	{ engine, architecture, rows, everyRow }: Prepared,
	state: TrainingState,
	{ updates, pairs }: { updates: number; pairs: number },
): Promise<NoiseSample[]> {
	const samples: NoiseSample[] = [];
	const pairsPerOrder = Math.floor(rows.count / (small + large));
	let order: Int32Array = new Int32Array();
	for (let pair = 0; pair < pairs; pair++) {
		const place = pair % pairsPerOrder;
		if (place === 0) order = epochOrder(everyRow, 1_000 + pair, 1 + updates);
		const start = place * (small + large);
		const gradientOf = async (from: number, batchSize: number) => {
			const indexes = order.slice(from, from + batchSize);
			const objective = await networkObjective({ engine, architecture, loss, rows, indexes });
			return { batchSize, gradient: await objective.gradientAt(objective.pointOf(state)) };
		};
		samples.push(noiseSample(await gradientOf(start, small), await gradientOf(start + small, large)));
	}
	return samples;
}

export function verdictOf(places: readonly NoisePlace[]): Verdict {
	const rule =
		'B_simple at the last place against the first: Welch’s t on the logarithms at 5 %, with the standard errors of a delete-one jackknife over the pairs. Holds when the interval of the ratio is above 1, does not hold when it is below.';
	const [first, last] = [places[0], places.at(-1)];
	if (!first?.estimate || !last?.estimate || first === last)
		return { outcome: 'unclear', sentence: 'At an end of the training the gradient was lost in its noise.', rule };
	const { ratio, low, high } = noiseScaleRatio(last.estimate, first.estimate);
	const short = (value: number) => value.toPrecision(3);
	const sentence =
		`B_simple goes from ${says(first)} before the first update to ${says(last)} after ${last.updates}: ` +
		`${short(ratio)} [${short(low)}, ${short(high)}] times.`;
	return { outcome: low > 1 ? 'holds' : high < 1 ? 'does-not-hold' : 'unclear', sentence, rule };
}

function says({ noiseScale: value, estimate }: NoisePlace): string {
	const [low, high] = estimate === null ? [] : noiseScaleInterval(estimate);
	return `${value?.toPrecision(3)} [${low?.toPrecision(3)}, ${high?.toPrecision(3)}]`;
}

function scaleFigure(places: readonly NoisePlace[]): Figure {
	const points = places.flatMap(({ updates, noiseScale: y, estimate }) => {
		if (y === null) return [];
		const [low, high] = estimate === null ? [] : noiseScaleInterval(estimate);
		return [{ x: updates + 1, y, ...(low !== undefined && high !== undefined && { low, high }) }];
	});
	return {
		id: 'noise-scale',
		title: 'The gradient noise scale along training',
		caption: `B_simple from pairs of batches of ${small} and ${large}; bars are 95 % intervals by a jackknife over the pairs. The axis counts the next update, so that the start is 1.`,
		x: { label: 'update', scale: 'log' },
		y: { label: 'B_simple', unit: 'examples', scale: 'log' },
		series: [{ name: 'B = 64, η = 0.01, λ = 0.9', points, draw: 'line and points' }],
	};
}

function placeTable(places: readonly NoisePlace[]): Table {
	const short = (value: number) => Number(value.toPrecision(3));
	return {
		title: 'The noise scale along training',
		columns: ['updates', 'B_simple', '95 % interval'],
		rows: places.map(({ updates, noiseScale: scale, estimate }) => {
			const ends = estimate === null ? null : noiseScaleInterval(estimate).map(short);
			return [updates, scale === null ? null : short(scale), ends && `${ends[0]} to ${ends[1]}`];
		}),
	};
}
