import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Series, Table, Verdict } from '../findings.ts';
import { descend } from '../numeric/descent.ts';
import { hessianVector } from '../numeric/hessian-vector.ts';
import { extremeEigenvalues } from '../numeric/lanczos.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import { norm, scaled, type Vector } from '../numeric/vector.ts';
import { hill, productNetwork } from './toy-surfaces.ts';

/** Measured at these epochs of a training that goes on between them. */
const epochsMeasured: Record<Size, number[]> = {
	quick: [0, 1, 2, 5, 10, 20, 50, 100, 200],
	full: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
};
const examples: Record<Size, number> = { quick: 1000, full: 5000 };
/** h of the Hessian-vector products: float32 gradients of a network whose weights are of the order of 0.1. */
const stepLength = 1e-2;

export type Place = {
	epoch: number;
	loss: number;
	gradientNorm: number;
	largest: number;
	smallest: number;
	residual: number;
};

/** What a place is, said with care: a curvature within the error of what was measured says nothing. */
export type Label = 'slope' | 'saddle' | 'undetermined' | 'minimum';

/**
 * A place is critical where ‖g‖ is small against the curvature; then a clearly negative eigenvalue makes it a saddle, a clearly positive smallest one
 * a minimum. With a smallest eigenvalue within the residual, or 10⁻³ of the largest, it is not decided: most directions of a network are flat.
 */
export function labelOf({ gradientNorm, largest, smallest, residual }: Omit<Place, 'epoch' | 'loss'>): Label {
	const doubt = Math.max(residual, 1e-3 * Math.abs(largest));
	if (gradientNorm > 1e-2 * Math.max(Math.abs(largest), Math.abs(smallest))) return 'slope';
	if (smallest < -doubt) return 'saddle';
	return smallest > doubt ? 'minimum' : 'undetermined';
}

export const criticalPoints: Experiment = {
	id: 'critical-points',
	claims: ['L6', 'L12'],
	title: 'Saddles, and ways out of them',
	claim:
		'Where the gradient is zero, the eigenvalues of the Hessian tell a saddle from a minimum: a negative one is a way down. And where the loss of one batch is stuck, that of another ' +
		'need not be, so that noisy updates help to escape.',
	method: {
		quick:
			'The network y = w₁w₂x, whose saddle is known exactly; two batches on the hill, one of them stuck; an MLP on 1,000 images of MNIST for 200 epochs, with ‖g‖, λ_max and λ_min by Lanczos.',
		full: 'The same on 5,000 images for 1,000 epochs.',
	},
	seconds: { quick: 10, full: 300 },
	async run(context) {
		const saddle = await leaveSaddle();
		const stuck = await otherBatch();
		const places = await alongTraining(context);
		return {
			verdicts: [{ claim: 'L6, L12', ...verdictOf({ saddle, stuck, places }) }],
			figures: [curvatureFigure(places), gradientFigure(places), escapeFigure(saddle)],
			tables: [placeTable(places)],
			caveats: [
				'λ_min is the end of the spectrum that Lanczos converges to last; its residual is in the table. No place is called a minimum whose λ_min is within doubt.',
				'The loss is that of the training images with all of them in one batch.',
			],
			sweeps: [],
		};
	},
};

type Escape = {
	smallest: number;
	largest: number;
	lossAtSaddle: number;
	byEigenvector: number;
	losses: { lambda: number; values: number[] }[];
};

/** At the saddle of y = w₁w₂x: its exact eigenvalues are ±2. A step along the negative one's vector, and then descent, leave it. */
export async function leaveSaddle(): Promise<Escape> {
	const origin = new Float64Array(2);
	const multiply = (vector: Vector) => hessianVector(productNetwork, origin, vector, 1e-4);
	const { largest, smallest } = await extremeEigenvalues({ dimensions: 2, multiply, seed: 1 });
	const nudged = scaled(smallest.vector, 1e-3);
	const losses: Escape['losses'] = [];
	for (const lambda of [0, 0.9]) {
		const gradientOf = (_: number, point: Vector) => productNetwork.gradientAt(point);
		const path = await descend({ gradientOf, start: nudged, eta: 0.02, lambda, updates: 300 });
		const values: number[] = [];
		for (const point of path) values.push(await productNetwork.valueAt(point));
		losses.push({ lambda, values });
	}
	return {
		...{ smallest: smallest.value, largest: largest.value, losses },
		lossAtSaddle: await productNetwork.valueAt(origin),
		byEigenvector: await productNetwork.valueAt(scaled(smallest.vector, 0.1)),
	};
}

/** Two batches whose losses are the hill and the hill moved by one: where the first is stuck the second is not. */
export async function otherBatch(): Promise<{ place: number; own: number; other: number }> {
	const gradientOf = (_: number, point: Vector) => hill.gradientAt(point);
	const path = await descend({ gradientOf, start: Float64Array.of(-3, 0), eta: 0.05, lambda: 0, updates: 2000 });
	const place = path.at(-1)![0]!;
	const own = norm(await hill.gradientAt(Float64Array.of(place, 0)));
	const other = norm(await hill.gradientAt(Float64Array.of(place - 1, 0)));
	return { place, own, other };
}

async function alongTraining({ size, openEngine, loadDataset, say, signal }: LabContext): Promise<Place[]> {
	const [engine, dataset] = [await openEngine(), await loadDataset('mnist')];
	const architecture = resolveArchitecture({ preset: 'mlp', hidden: [32], activation: 'tanh' }, dataset);
	const indexes = Int32Array.from({ length: examples[size] }, (_, row) => row);
	const loss = { kind: 'softmaxCrossEntropy' } as const;
	const { train: rows } = dataset;
	const objective = await networkObjective({ engine, architecture, loss, rows, indexes });
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
		const point = objective.pointOf(state);
		const multiply = (vector: Vector) => hessianVector(objective, point, vector, stepLength);
		const { largest, smallest } = await extremeEigenvalues({ dimensions: objective.dimensions, multiply, seed: 1 });
		places.push({
			epoch,
			loss: await objective.valueAt(point),
			gradientNorm: norm(await objective.gradientAt(point)),
			...{ largest: largest.value, smallest: smallest.value, residual: smallest.residual },
		});
		say(`epoch ${epoch}: λ_max ${largest.value.toPrecision(3)}, λ_min ${smallest.value.toPrecision(3)}`);
	}
	return places;
}

export function verdictOf(input: {
	saddle: Escape;
	stuck: { own: number; other: number };
	places: readonly Place[];
}): Verdict {
	const { saddle, stuck, places } = input;
	const [first, last] = [places[0]!, places.at(-1)!];
	const isSaddle =
		Math.abs(saddle.largest - 2) < 1e-3 &&
		Math.abs(saddle.smallest + 2) < 1e-3 &&
		saddle.byEigenvector < saddle.lossAtSaddle;
	const isOtherFree = stuck.own < 1e-6 && stuck.other > 0.05;
	const withWayDown = places.filter(({ smallest, residual }) => smallest < -residual).length;
	const rule =
		'Holds when the saddle of y = w₁w₂x has the eigenvalues ±2 to 10⁻³ and a step along the negative one lowers the loss, when the second batch has a gradient where the first has none, ' +
		'and when some places along the training have an eigenvalue that is negative beyond its residual.';
	const sentence =
		`The saddle of y = w₁w₂x has the eigenvalues ${saddle.largest.toFixed(4)} and ${saddle.smallest.toFixed(4)}; along the second the loss falls from ${saddle.lossAtSaddle.toFixed(3)} to ${saddle.byEigenvector.toFixed(3)}. ` +
		`Where one batch is stuck (‖g‖ = ${stuck.own.toExponential(0)}) the other has ‖g‖ = ${stuck.other.toFixed(2)}. On MNIST ‖g‖ goes from ${first.gradientNorm.toPrecision(2)} to ${last.gradientNorm.toPrecision(2)}, ` +
		`${withWayDown} of ${places.length} places have a direction that curves down, and the last is labelled ${labelOf(last)}.`;
	return { outcome: isSaddle && isOtherFree && withWayDown > 0 ? 'holds' : 'does-not-hold', sentence, rule };
}

function curvatureFigure(places: readonly Place[]): Figure {
	const series = (name: string, of: (place: Place) => number): Series => ({
		name,
		draw: 'line and points',
		points: places.map((place) => ({
			x: place.epoch,
			y: of(place),
			low: of(place) - place.residual,
			high: of(place) + place.residual,
		})),
	});
	return {
		id: 'curvature',
		title: 'The ends of the Hessian’s spectrum',
		caption:
			'Largest and smallest eigenvalue of the Hessian of the training loss along a training on MNIST (784-32-10, tanh, B = 100); bars are the residual of λ_min.',
		x: { label: 'epoch', scale: 'log' },
		y: { label: 'eigenvalue', scale: 'linear' },
		series: [series('λ_max', ({ largest }) => largest), series('λ_min', ({ smallest }) => smallest)],
	};
}

function gradientFigure(places: readonly Place[]): Figure {
	const series = (name: string, of: (place: Place) => number): Series => ({
		name,
		draw: 'line and points',
		points: places.map((place) => ({ x: place.epoch, y: of(place) })),
	});
	return {
		id: 'gradient',
		title: 'The gradient along training',
		caption:
			'Norm of the gradient of the loss over all training images, and that loss, at the same places. One training, so no error bars.',
		x: { label: 'epoch', scale: 'log' },
		y: { label: '‖g‖, loss', scale: 'log' },
		series: [series('‖g‖', ({ gradientNorm }) => gradientNorm), series('loss', ({ loss }) => loss)],
	};
}

function escapeFigure({ losses }: Escape): Figure {
	return {
		id: 'escape',
		title: 'Leaving a saddle',
		caption:
			'Loss of y = w₁w₂x from 10⁻³ beside its saddle, along the eigenvector of −2, with η = 0.02. Exact arithmetic, so no error bars.',
		x: { label: 'updates', scale: 'linear' },
		y: { label: 'loss (1 − w₁w₂)²', scale: 'linear' },
		series: losses.map(({ lambda, values }) => ({
			name: `λ = ${lambda}`,
			points: values.map((y, x) => ({ x, y })),
			draw: 'line',
		})),
	};
}

function placeTable(places: readonly Place[]): Table {
	const short = (value: number) => Number(value.toPrecision(3));
	return {
		title: 'Places along the training',
		columns: ['epoch', 'loss', '‖g‖', 'λ_max', 'λ_min', 'residual of λ_min', 'label'],
		rows: places.map((place) => [
			...[place.epoch, short(place.loss), short(place.gradientNorm), short(place.largest), short(place.smallest)],
			...[short(place.residual), labelOf(place)],
		]),
	};
}
