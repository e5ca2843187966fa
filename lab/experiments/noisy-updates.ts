import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Point, Table } from '../findings.ts';
import { descend } from '../numeric/descent.ts';
import { dot, norm, plus, type Vector } from '../numeric/vector.ts';
import { bestLine, type Line, lineError, lineErrorGradient, twentyExamples } from './toy-surfaces.ts';

const all = Array.from({ length: 20 }, (_, i) => i);
const epochs = 4;
const eta = 0.15;
const start = Float64Array.of(-1.5, -1.5);
const seed = 1;

/** Four epochs over the twenty examples: every θ. */
export function trainLine(line: Line, batchSize: number): Promise<Vector[]> {
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
			'A line y = wx + b is fitted to twenty noisy examples for four epochs from the same start with the same η, with B = 20 and with B = 1.',
		full: 'As quick.',
	},
	seconds: { quick: 1, full: 1 },
	async run() {
		const line = twentyExamples(seed);
		const [full, single] = [await trainLine(line, 20), await trainLine(line, 1)];
		const errorAfter = (path: Vector[], share: number) =>
			lineError(line, all, path[Math.round((path.length - 1) * share)]!);
		const [fullFirst, singleFirst] = [errorAfter(full, 1 / epochs), errorAfter(single, 1 / epochs)];
		const [fullStraight, singleStraight] = [straightness(full), straightness(single)];
		const holds = singleFirst < fullFirst && singleStraight < fullStraight;
		return {
			verdicts: [
				{
					claim: 'L1, L2',
					outcome: holds ? 'holds' : 'does-not-hold',
					sentence:
						`After the first epoch the error is ${fullFirst.toFixed(3)} with one update and ${singleFirst.toFixed(3)} with twenty; consecutive steps have a mean ` +
						`cosine of ${fullStraight.toFixed(2)} with B = 20 and ${singleStraight.toFixed(2)} with B = 1, whose way is the noisier one.`,
					rule: 'Holds when B = 1 has the smaller error after one epoch and the smaller mean cosine between consecutive steps.',
				},
			],
			figures: [surfaceFigure(line, full, single), orderFigure()],
			tables: [pathTable(line, full, single)],
			caveats: [
				'Two parameters and a quadratic error: there is nothing to escape from here, only the two ways to the same place.',
			],
			sweeps: [],
		};
	},
};

const pathPoints = (path: readonly Vector[]): Point[] => path.map(([x, y]) => ({ x: x!, y: y! }));

function surfaceFigure(line: Line, full: Vector[], single: Vector[]): Figure {
	const [w, b] = bestLine(line);
	const xs = Array.from({ length: 101 }, (_, i) => -2 + i * 0.05);
	const ys = Array.from({ length: 81 }, (_, i) => -2 + i * 0.05);
	return {
		id: 'paths',
		title: 'The way over the error surface',
		caption: `Four epochs from the same start with η = ${eta}: B = 20 makes 4 updates, B = 1 makes 80. Bands are the mean squared error over all twenty examples.`,
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
		points: [...epochOrder(Int32Array.from(all), seed, epoch)].map((example, place) => ({ x: place + 1, y: example })),
	}));
	return {
		id: 'order',
		title: 'Shuffled anew every epoch',
		caption:
			'Which example comes when in the first three epochs. The order is a function of seed and epoch alone, so a trial can be run again exactly.',
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
