import type { Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Figure, Table } from '../findings.ts';
import { descend } from '../numeric/descent.ts';
import type { NetworkObjective } from '../numeric/network-objective.ts';
import { dot, plus, type Vector } from '../numeric/vector.ts';
import { labelOf, type Measured, measureAt } from './labels.ts';

export type KnownSaddle = Measured & {
	/** The exact smallest eigenvalue, −σ₁. */
	exact: number;
	/** By λ: the loss after every fifth update of the full batch, from beside the saddle. */
	losses: { lambda: number; values: number[] }[];
};

const eta = 0.1;
const updates = 150;
/** Losses are asked for after so many. */
const between = 5;

/**
 * A critical point of a network with one hidden layer of tanh that is known: all weights zero, the last bias the logarithms of the classes' shares.
 * Nothing passes through, so only the last bias has a slope, and it is at its best. The Hessian joins w₁ and w₂ of each hidden unit
 * by C, the mean of x(p − y)ᵀ, so that its eigenvalues are ± the singular values of C, and those of the last bias.
 */
export function criticalPoint(objective: NetworkObjective, labels: ArrayLike<number>, classes: number): Vector {
	const state = objective.stateAt(new Float64Array(objective.dimensions));
	const [name] = [...state.parameters.keys()].filter((key) => key.endsWith('/bias')).slice(-1) as [string];
	const values = Float32Array.from(sharesOf(labels, classes), Math.log);
	const parameters = new Map(state.parameters).set(name, { shape: [classes], values });
	return objective.pointOf({ ...state, parameters });
}

function sharesOf(labels: ArrayLike<number>, classes: number): number[] {
	const counts = new Array<number>(classes).fill(0);
	for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
	return counts.map((count) => count / labels.length);
}

/** The largest singular value of C, from the examples alone. */
export function largestSingularValue(rows: Rows, indexes: Int32Array, inputScale: number, classes: number): number {
	const width = rows.values.length / rows.count;
	const shares = sharesOf(
		Array.from(indexes, (row) => rows.labels[row]!),
		classes,
	);
	const sums = Array.from({ length: classes }, () => new Float64Array(width));
	const total = new Float64Array(width);
	for (const row of indexes) {
		const ofClass = sums[rows.labels[row]!]!;
		for (let i = 0; i < width; i++) {
			const value = rows.values[row * width + i]! * inputScale;
			ofClass[i]! += value;
			total[i]! += value;
		}
	}
	const columns = sums.map((ofClass, k) => ofClass.map((sum, i) => (shares[k]! * total[i]! - sum) / indexes.length));
	const gram = new Matrix(columns.map((one) => columns.map((other) => dot(one, other))));
	const { realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
	return Math.sqrt(Math.max(...realEigenvalues));
}

/** Measures the place with what any other place is measured with, and leaves it by the eigenvector, without and with momentum. */
export async function leaveKnownSaddle(input: {
	objective: NetworkObjective;
	rows: Rows;
	indexes: Int32Array;
	inputScale: number;
	classes: number;
}): Promise<KnownSaddle> {
	const { objective, rows, indexes, inputScale, classes } = input;
	const labels = Array.from(indexes, (row) => rows.labels[row]!);
	const point = criticalPoint(objective, labels, classes);
	const { downward, ...measured } = await measureAt(objective, point);
	const losses: KnownSaddle['losses'] = [];
	for (const lambda of [0, 0.9]) {
		const gradientOf = (_: number, at: Vector) => objective.gradientAt(at);
		const start = plus(point, 1e-2, downward);
		const path = await descend({ gradientOf, start, eta, lambda, updates });
		const values: number[] = [];
		for (const at of path.filter((_point, update) => update % between === 0)) values.push(await objective.valueAt(at));
		losses.push({ lambda, values });
	}
	const exact = -largestSingularValue(rows, indexes, inputScale, classes);
	return { ...measured, exact, losses };
}

/** Labelled a saddle, with the curvature that it has, and left by momentum to a smaller loss. */
export function isLeft(known: KnownSaddle): boolean {
	const [plain, rolling] = known.losses.map(({ values }) => values.at(-1)!) as [number, number];
	const isExact = Math.abs(known.smallest - known.exact) < 0.01 * Math.abs(known.exact);
	return labelOf(known) === 'saddle' && isExact && rolling < plain && rolling < known.loss;
}

export function saysKnown(known: KnownSaddle): string {
	const ends = known.losses.map(({ lambda, values }) => `${values.at(-1)!.toFixed(3)} with λ = ${lambda}`);
	return (
		`The network of zeros on MNIST (‖g‖ = ${known.gradientNorm.toExponential(0)}) is labelled ${labelOf(known)}: λ_min is ${known.smallest.toPrecision(4)}, and by its images exactly ${known.exact.toPrecision(4)}; ` +
		`in ${updates} updates from beside it the loss goes from ${known.loss.toFixed(3)} to ${ends.join(', ')}.`
	);
}

export function knownSaddleFigure({ losses }: KnownSaddle): Figure {
	return {
		id: 'escape-mnist',
		title: 'Leaving a saddle of a network',
		caption: `Training loss of 784-32-10 (tanh) on MNIST, full batch with η = ${eta}, from 10⁻² beside the network of zeros along the eigenvector of λ_min. The rule is deterministic, so no error bars.`,
		x: { label: 'updates', scale: 'linear' },
		y: { label: 'cross-entropy loss', scale: 'linear' },
		series: losses.map(({ lambda, values }) => ({
			name: `λ = ${lambda}`,
			points: values.map((y, place) => ({ x: place * between, y })),
			draw: 'line',
		})),
	};
}

export function knownSaddleTable(known: KnownSaddle): Table {
	const short = (value: number) => Number(value.toPrecision(4));
	return {
		title: 'The critical point of the network that is known: all weights zero',
		columns: ['loss', '‖g‖', 'λ_max', 'λ_min', 'its residual', 'exact λ_min', 'label'],
		rows: [
			[
				...[short(known.loss), short(known.gradientNorm), short(known.largest), short(known.smallest)],
				...[short(known.smallestResidual), short(known.exact), labelOf(known)],
			],
		],
	};
}
