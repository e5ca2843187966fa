import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Point, Table, Verdict } from '../findings.ts';
import { descend } from '../numeric/descent.ts';
import { dot, norm, plus, type Vector } from '../numeric/vector.ts';
import { type Difference, pairedDifference } from '../statistics.ts';
import { bestLine, type Line, lineError, lineErrorGradient, twentyExamples } from './toy-surfaces.ts';

const all = Array.from({ length: 20 }, (_, i) => i);
const epochs = 4;
const eta = 0.15;
const start = Float64Array.of(-1.5, -1.5);
/** Drawn is the first; the verdict is of all: each has its own examples and orders. */
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
const drawnSeed = seeds[0]!;

/** Four epochs over the twenty examples, in the orders of `seed`: every θ. */
export function trainLine(line: Line, batchSize: number, seed: number): Promise<Vector[]> {
	const batchesPerEpoch = Math.ceil(all.length / batchSize);
	const gradientOf = async (update: number, point: Vector) => {
		const order = epochOrder(Int32Array.from(all), seed, 1 + Math.floor(update / batchesPerEpoch));
		const from = (update % batchesPerEpoch) * batchSize;
		return lineErrorGradient(line, [...order.slice(from, from + batchSize)], point);
	};
	return descend({ gradientOf, start, eta, lambda: 0, updates: epochs * batchesPerEpoch });
}

/** How straight the way is: the mean cosine between one step and the next. */
export function straightness(path: readonly Vector[]): number {
	const steps = path.slice(1).map((point, i) => plus(point, -1, path[i]!));
	const cosines = steps.slice(1).map((step, i) => dot(step, steps[i]!) / (norm(step) * norm(steps[i]!)));
	return cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
}

export const noisyUpdates: Experiment = {
	id: 'noisy-updates',
	claims: ['L1', 'L2'],
	title: 'One update an epoch, or twenty',
	claim:
		'An epoch is one pass over batches that are shuffled anew. With the full batch (B = N = 20) there is one update an epoch, in the direction that all ' +
		'examples agree on; with B = 1 there are twenty, each for one example, so the way is noisy but at the end of the epoch much further.',
	method: {
		quick:
			'A line y = wx + b is fitted to twenty noisy examples for four epochs from the same start with the same η, with B = 20 and with B = 1; twenty sets of examples, and the orders of their epochs.',
		full: 'As quick.',
	},
	seconds: { quick: 1, full: 1 },
	async run() {
		const runs: Run[] = [];
		for (const seed of seeds) {
			const line = twentyExamples(seed);
			runs.push({ seed, line, full: await trainLine(line, 20, seed), single: await trainLine(line, 1, seed) });
		}
		const { line, full, single } = runs[0]!;
		return {
			verdicts: [
				{ claim: 'L1', ...orderVerdict((seed, epoch) => epochOrder(Int32Array.from(all), seed, epoch)) },
				{ claim: 'L2', ...verdictOf(runs) },
			],
			figures: [surfaceFigure(line, full, single), orderFigure()],
			tables: [pathTable(line, full, single)],
			caveats: [
				'Two parameters and a quadratic error: there is nothing to escape from here, only the two ways to the same place.',
				'Figures and table are of one of the twenty sets of examples; the verdict is of all.',
			],
			sweeps: [],
		};
	},
};

export type Run = { seed: number; line: Line; full: Vector[]; single: Vector[] };

/** @param orderOf which example comes when, by seed and epoch */
export function orderVerdict(orderOf: (seed: number, epoch: number) => Int32Array): Verdict {
	const isOnePass = (order: Int32Array) => order.toSorted().every((example, place) => example === all[place]);
	let [passes, repeated, orders] = [0, 0, 0];
	for (const seed of seeds) {
		const texts = new Set<string>();
		for (let epoch = 1; epoch <= epochs; epoch++) {
			const order = orderOf(seed, epoch);
			orders++;
			if (order.length === all.length && isOnePass(order)) passes++;
			if (texts.has(order.join())) repeated++;
			texts.add(order.join());
			if (orderOf(seed, epoch).join() !== order.join()) repeated++;
		}
	}
	return {
		outcome: passes === orders && repeated === 0 ? 'holds' : 'does-not-hold',
		sentence: `${passes} of ${orders} epochs (${seeds.length} seeds) have every example exactly once; ${repeated} repeat an order of their seed or come out otherwise when asked for again.`,
		rule: 'Holds when every epoch is one pass over all examples, no two epochs of a seed have the same order, and the same seed and epoch give the same order again.',
	};
}

/** B = 1 minus B = 20 over the sets of examples: the error after one epoch, and the cosine between consecutive steps. */
export function verdictOf(runs: readonly Run[]): Verdict {
	const bySeed = (of: (run: Run) => number) => new Map(runs.map((run) => [run.seed, of(run)]));
	const firstError = (line: Line, path: Vector[]) => lineError(line, all, path[(path.length - 1) / epochs]!);
	const error = pairedDifference(
		bySeed(({ line, single }) => firstError(line, single)),
		bySeed(({ line, full }) => firstError(line, full)),
	);
	const cosine = pairedDifference(
		bySeed(({ single }) => straightness(single)),
		bySeed(({ full }) => straightness(full)),
	);
	const rule =
		'B = 1 minus B = 20, paired over sets of examples: holds when the 95 % intervals of the difference in error after one epoch and in the mean cosine between consecutive steps are both below 0; does not hold when one is above.';
	if (error === null || cosine === null) return { outcome: 'unclear', sentence: 'One set says nothing.', rule };
	const says = ({ mean, low, high }: Difference) => [mean, low, high].map((value) => value.toFixed(3));
	const [e, c] = [says(error), says(cosine)];
	const sentence =
		`Over ${error.pairs} sets of twenty examples, twenty updates of B = 1 change the error after the first epoch by ${e[0]} [${e[1]}, ${e[2]}] against one update of B = 20, ` +
		`and the mean cosine between consecutive steps, which is 1 on a straight way, by ${c[0]} [${c[1]}, ${c[2]}].`;
	if (error.high < 0 && cosine.high < 0) return { outcome: 'holds', sentence, rule };
	return { outcome: error.low > 0 || cosine.low > 0 ? 'does-not-hold' : 'unclear', sentence, rule };
}

const pathPoints = (path: readonly Vector[]): Point[] => path.map(([x, y]) => ({ x: x!, y: y! }));

function surfaceFigure(line: Line, full: Vector[], single: Vector[]): Figure {
	const [w, b] = bestLine(line);
	const xs = Array.from({ length: 101 }, (_, i) => -2 + i * 0.05);
	const ys = Array.from({ length: 81 }, (_, i) => -2 + i * 0.05);
	return {
		id: 'paths',
		title: 'The way over the error surface',
		caption: `Four epochs from the same start with η = ${eta}: B = 20 makes 4 updates, B = 1 makes 80. Bands are the mean squared error over all twenty examples. Deterministic given the seed, so no error bars.`,
		x: { label: 'w', scale: 'linear' },
		y: { label: 'b', scale: 'linear' },
		series: [
			{ name: 'B = 20: 4 updates', points: pathPoints(full), draw: 'line and points' },
			{ name: 'B = 1: 80 updates', points: pathPoints(single), draw: 'line and points' },
			{ name: 'least squares', points: [{ x: w!, y: b! }], draw: 'points' },
		],
		surface: {
			xs,
			ys,
			values: ys.map((y) => xs.map((x) => lineError(line, all, [x, y]))),
			label: 'mean squared error',
		},
	};
}

/** Where each example comes in each epoch. */
function orderFigure(): Figure {
	const series = [1, 2, 3].map((epoch) => ({
		name: `epoch ${epoch}`,
		draw: 'points' as const,
		points: [...epochOrder(Int32Array.from(all), drawnSeed, epoch)].map((example, place) => ({
			x: place + 1,
			y: example,
		})),
	}));
	return {
		id: 'order',
		title: 'Shuffled anew every epoch',
		caption:
			'Which example comes when in the first three epochs. The order is a function of seed and epoch alone, so a trial can be run again exactly. Nothing is estimated, so no error bars.',
		x: { label: 'place in the epoch', scale: 'linear' },
		y: { label: 'example', scale: 'linear' },
		series,
	};
}

function pathTable(line: Line, full: Vector[], single: Vector[]): Table {
	const row = (name: string, path: Vector[]) => [
		name,
		path.length - 1,
		...[1, 2, 3, 4].map((epoch) =>
			Number(lineError(line, all, path[((path.length - 1) / epochs) * epoch]!).toFixed(4)),
		),
	];
	return {
		title: 'Mean squared error after each epoch',
		columns: ['batch size', 'updates', 'epoch 1', 'epoch 2', 'epoch 3', 'epoch 4'],
		rows: [
			row('20', full),
			row('1', single),
			['least squares', null, null, null, null, Number(lineError(line, all, bestLine(line)).toFixed(4))],
		],
	};
}
