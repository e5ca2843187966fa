import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Point, Series, Table, Verdict } from '../findings.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import {
	batchFigure,
	batchTable,
	batchVerdict,
	escapeFigure,
	leaveSaddle,
	otherBatch,
	type SaddleEscape,
	updatesToLeave,
} from './escapes.ts';
import {
	isLeft,
	type KnownSaddle,
	knownSaddleFigure,
	knownSaddleTable,
	leaveKnownSaddle,
	saysKnown,
} from './known-saddle.ts';
import { doubtOf, labelOf, type Measured, measureAt } from './labels.ts';

/** Measured at these epochs of a training that goes on between them. */
const epochsMeasured: Record<Size, number[]> = {
	quick: [0, 1, 2, 5, 10, 20, 50, 100, 200],
	full: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
};
const examples: Record<Size, number> = { quick: 1000, full: 5000 };
export type Place = Measured & { epoch: number };

export const criticalPoints: Experiment = {
	id: 'critical-points',
	claims: ['L6', 'L12'],
	title: 'Saddles, and ways out of them',
	claim:
		'Where the gradient is zero, the eigenvalues of the Hessian tell a saddle from a minimum: a negative one is a way down. And where the loss of one batch is stuck, that of another ' +
		'need not be, so that noisy updates help to escape.',
	method: {
		quick:
			'The network y = w₁w₂x, whose saddle is known exactly; descent on the hill by one batch that is stuck, and by two in turn; the critical point of an MLP on 1,000 images of MNIST that is known (all weights zero), and its training for 200 epochs, with ‖g‖, λ_max and λ_min by Lanczos.',
		full: 'The same on 5,000 images for 1,000 epochs.',
	},
	seconds: { quick: 15, full: 120 },
	async run(context) {
		const saddle = await leaveSaddle();
		const batches = await otherBatch();
		const { places, known } = await alongTraining(context);
		return {
			verdicts: [
				{ claim: 'L6', ...batchVerdict(batches) },
				{ claim: 'L12', ...verdictOf({ saddle, known, places }) },
			],
			figures: [
				...[batchFigure(batches), escapeFigure(saddle), knownSaddleFigure(known)],
				...[curvatureFigure(places), gradientFigure(places), lossFigure(places)],
			],
			tables: [batchTable(batches), knownSaddleTable(known), placeTable(places)],
			caveats: [
				'λ_min is the smallest curvature that Lanczos found, an upper bound of the smallest eigenvalue: no place of a network is called a minimum from it.',
				'The loss is that of the training images with all of them in one batch, along one training (seed 0).',
			],
			sweeps: [],
		};
	},
};

export async function alongTraining({ size, openEngine, loadDataset, say, signal }: LabContext) {
	const [engine, dataset] = [await openEngine(), await loadDataset('mnist')];
	const architecture = resolveArchitecture({ preset: 'mlp', hidden: [32], activation: 'tanh' }, dataset);
	const indexes = Int32Array.from({ length: examples[size] }, (_, row) => row);
	const loss = { kind: 'softmaxCrossEntropy' } as const;
	const { train: rows } = dataset;
	const objective = await networkObjective({ engine, architecture, loss, rows, indexes });
	const { inputScale, classes } = dataset;
	const known = await leaveKnownSaddle({ objective, rows, indexes, inputScale, classes });
	const optimizer = { kind: 'momentum', lambda: 0.9 } as const;
	const program = await engine.compile({
		...{ architecture, loss, optimizer, batchSize: 100 },
		rowsPerEpoch: indexes.length,
	});
	let state = program.initialState(0);
	const places: Place[] = [];
	for (let epoch = 0; epoch <= epochsMeasured[size].at(-1)!; epoch++) {
		signal.throwIfAborted();
		if (epoch > 0) {
			const order = epochOrder(indexes, 0, epoch);
			({ state } = await program.runEpoch({ state, rows, order, eta: 0.01, seed: 0, epoch }));
		}
		if (!epochsMeasured[size].includes(epoch)) continue;
		const { downward: _, ...measured } = await measureAt(objective, objective.pointOf(state));
		places.push({ epoch, ...measured });
		say(`epoch ${epoch}: λ_max ${measured.largest.toPrecision(3)}, λ_min ${measured.smallest.toPrecision(3)}`);
	}
	return { places, known };
}

export function verdictOf(input: { saddle: SaddleEscape; known: KnownSaddle; places: readonly Place[] }): Verdict {
	const { saddle, known, places } = input;
	const [first, last] = [places[0]!, places.at(-1)!];
	const isSaddle =
		Math.abs(saddle.largest - 2) < 1e-3 &&
		Math.abs(saddle.smallest + 2) < 1e-3 &&
		saddle.byEigenvector < saddle.lossAtSaddle;
	const [plain, rolling] = [updatesToLeave(saddle, 0), updatesToLeave(saddle, 0.9)];
	const isFaster = rolling !== null && (plain === null || rolling < plain);
	const downward = places.filter((place) => place.smallest < -doubtOf(place)).length;
	const critical = places.filter((place) => labelOf(place) !== 'slope');
	const rule =
		'Decided on two saddles that are known exactly, deterministic: holds when the eigenvalues of that of y = w₁w₂x come out as ±2 to 10⁻³, a step along the negative one lowers the loss, and with λ = 0.9 the loss is halved after fewer updates than with λ = 0; ' +
		'and when that of the network on MNIST is labelled a saddle, its λ_min is the exact one to 1 %, and λ = 0.9 leaves it to a smaller loss. The places along the training are labelled, and decide nothing.';
	const after = (updates: number | null) => (updates === null ? 'never' : `after ${updates} updates`);
	const labels =
		critical.length === 0
			? 'no critical point was reached: every place is a slope'
			: `the places where ‖g‖ is small are labelled: ${critical.map((place) => `${labelOf(place)} (epoch ${place.epoch})`).join(', ')}`;
	const sentence =
		`The saddle of y = w₁w₂x has the eigenvalues ${saddle.largest.toFixed(4)} and ${saddle.smallest.toFixed(4)}; along the second the loss falls from ${saddle.lossAtSaddle.toFixed(3)} to ${saddle.byEigenvector.toFixed(3)}. ` +
		`From beside it the loss is halved ${after(plain)} with λ = 0, ${after(rolling)} with λ = 0.9. ${saysKnown(known)} Along the training ‖g‖ goes from ${first.gradientNorm.toPrecision(2)} to ${last.gradientNorm.toPrecision(2)}, ` +
		`${downward} of ${places.length} places have a direction that curves down, and ${labels}.`;
	return { outcome: isSaddle && isFaster && isLeft(known) ? 'holds' : 'does-not-hold', sentence, rule };
}

type Along = Pick<Figure, 'id' | 'title' | 'caption'> & { y: Figure['y']; series: Series[] };

const alongEpochs = ({ id, title, caption, y, series }: Along): Figure => ({
	...{ id, title, caption, y, series },
	x: { label: 'epoch', scale: 'log' },
});

const seriesOf = (places: readonly Place[], name: string, of: (place: Place) => Omit<Point, 'x'>): Series => ({
	name,
	draw: 'line and points',
	points: places.map((place) => ({ x: place.epoch, ...of(place) })),
});

function curvatureFigure(places: readonly Place[]): Figure {
	const around = (y: number, residual: number) => ({ y, low: y - residual, high: y + residual });
	return alongEpochs({
		id: 'curvature',
		title: 'The ends of the Hessian’s spectrum',
		caption:
			'Largest and smallest eigenvalue that Lanczos found of the Hessian of the training loss, along a training on MNIST (784-32-10, tanh, B = 100); bars are the residual of each.',
		y: { label: 'eigenvalue', scale: 'linear' },
		series: [
			seriesOf(places, 'λ_max', ({ largest, largestResidual }) => around(largest, largestResidual)),
			seriesOf(places, 'λ_min', ({ smallest, smallestResidual }) => around(smallest, smallestResidual)),
		],
	});
}

function gradientFigure(places: readonly Place[]): Figure {
	return alongEpochs({
		id: 'gradient',
		title: 'The gradient along training',
		caption:
			'Norm of the gradient of the loss over all training images, at the same places. One training, so no error bars.',
		y: { label: '‖g‖', scale: 'log' },
		series: [seriesOf(places, '‖g‖', ({ gradientNorm }) => ({ y: gradientNorm }))],
	});
}

function lossFigure(places: readonly Place[]): Figure {
	return alongEpochs({
		id: 'loss',
		title: 'The loss along training',
		caption: 'Loss over all training images at the same places. One training, so no error bars.',
		y: { label: 'cross-entropy loss', scale: 'log' },
		series: [seriesOf(places, 'loss', ({ loss }) => ({ y: loss }))],
	});
}

function placeTable(places: readonly Place[]): Table {
	const short = (value: number) => Number(value.toPrecision(3));
	return {
		title: 'Places along the training',
		columns: ['epoch', 'loss', '‖g‖', 'λ_max', 'its residual', 'λ_min', 'its residual', 'label'],
		rows: places.map((place) => [
			...[place.epoch, short(place.loss), short(place.gradientNorm)],
			...[short(place.largest), short(place.largestResidual)],
			...[short(place.smallest), short(place.smallestResidual), labelOf(place)],
		]),
	};
}
