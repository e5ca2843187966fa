import type { Figure, Table, Verdict } from '../findings.ts';
import { descend } from '../numeric/descent.ts';
import { hessianVector } from '../numeric/hessian-vector.ts';
import { extremeEigenvalues } from '../numeric/lanczos.ts';
import { norm, scaled, type Vector } from '../numeric/vector.ts';
import { hill, hillHeight, productNetwork } from './toy-surfaces.ts';

export type SaddleEscape = {
	smallest: number;
	largest: number;
	lossAtSaddle: number;
	byEigenvector: number;
	/** By λ: the loss after each update, from beside the saddle. */
	losses: { lambda: number; values: number[] }[];
};

/** At the saddle of y = w₁w₂x: its exact eigenvalues are ±2. A step along the negative one's vector, and then descent, leave it. */
export async function leaveSaddle(): Promise<SaddleEscape> {
	const origin = new Float64Array(2);
	const multiply = (vector: Vector) => hessianVector(productNetwork, origin, vector, 1e-4);
	const { largest, smallest } = await extremeEigenvalues({ dimensions: 2, multiply, seed: 1 });
	const nudged = scaled(smallest.vector, 1e-3);
	const losses: SaddleEscape['losses'] = [];
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

/** Updates until the loss is half of that at the saddle; null when it never is. */
export function updatesToLeave({ losses, lossAtSaddle }: SaddleEscape, lambda: number): number | null {
	const { values } = losses.find((one) => one.lambda === lambda)!;
	const update = values.findIndex((value) => value < lossAtSaddle / 2);
	return update < 0 ? null : update;
}

export function escapeFigure({ losses }: SaddleEscape): Figure {
	return {
		id: 'escape',
		title: 'Leaving a saddle',
		caption:
			'Loss of y = w₁w₂x from 10⁻³ beside its saddle, along the eigenvector of −2, with η = 0.02. The rule is deterministic, so no error bars.',
		x: { label: 'updates', scale: 'linear' },
		y: { label: 'loss (1 − w₁w₂)²', scale: 'linear' },
		series: losses.map(({ lambda, values }) => ({
			name: `λ = ${lambda}`,
			points: values.map((y, x) => ({ x, y })),
			draw: 'line',
		})),
	};
}

/** L₂ is L₁ moved to the right by so much. The middle one is drawn. */
const shifts = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const drawnShift = 0.75;
const updates = 400;
/** Of the bump that holds the local minimum: whoever is beyond is out. */
const bump = 0.1;

export type BatchEscape = {
	/** Gradients of both losses where descent on L₁ alone ends. */
	own: number;
	other: number;
	/** x after each update. */
	alone: number[];
	inTurn: number[];
	/** For each shift, where both in turn end. */
	ends: { shift: number; x: number }[];
};

const along = async (gradientOf: (update: number, point: Vector) => Promise<Vector>) => {
	const path = await descend({ gradientOf, start: Float64Array.of(-3, 0), eta: 0.05, lambda: 0, updates });
	return path.map(([x]) => x!);
};
const moved = ([x, y]: Vector, shift: number) => Float64Array.of(x! - shift, y!);

/** Two batches whose losses are the hill, and the hill moved: descent on the first alone, and on both in turn. */
export async function otherBatch(): Promise<BatchEscape> {
	const alone = await along((_, point) => hill.gradientAt(point));
	const end = Float64Array.of(alone.at(-1)!, 0);
	const inTurnOf = (shift: number) => along((update, point) => hill.gradientAt(moved(point, (update % 2) * shift)));
	const ends: BatchEscape['ends'] = [];
	for (const shift of shifts) ends.push({ shift, x: (await inTurnOf(shift)).at(-1)! });
	return {
		own: norm(await hill.gradientAt(end)),
		other: norm(await hill.gradientAt(moved(end, drawnShift))),
		...{ alone, inTurn: await inTurnOf(drawnShift), ends },
	};
}

export function batchVerdict({ own, other, alone, inTurn, ends }: BatchEscape): Verdict {
	const [stuck, out] = [alone.at(-1)!, inTurn.at(-1)!];
	const escaped = ends.filter(({ x }) => x > bump).length;
	const holds =
		own < 1e-6 && other > 0.05 && stuck < bump && out > bump && hillHeight([out, 0]) < hillHeight([stuck, 0]);
	return {
		outcome: holds ? 'holds' : 'does-not-hold',
		sentence:
			`On L₁ alone descent is stuck at x = ${stuck.toFixed(2)} (‖∇L₁‖ = ${own.toExponential(0)}, ‖∇L₂‖ = ${other.toFixed(2)}); with L₁ and L₂ in turn it ends at x = ${out.toFixed(2)}, where L₁ is ${hillHeight([out, 0]).toFixed(3)} ` +
			`and not ${hillHeight([stuck, 0]).toFixed(3)}. It gets out for ${escaped} of ${ends.length} distances between the two losses: it can help, not must.`,
		rule: `Deterministic, on a surface made for it. Holds when L₁ alone ends before the bump without a gradient (below 10⁻⁶) where L₂ has one (above 0.05), and both in turn (L₂ moved by ${drawnShift}) end beyond it with a smaller L₁.`,
	};
}

export function batchFigure({ alone, inTurn }: BatchEscape): Figure {
	const pointsOf = (path: number[]) => path.map((x, update) => ({ x: update, y: hillHeight([x, 0]) }));
	return {
		id: 'stuck-batch',
		title: 'Stuck on one batch, out with two',
		caption: `L₁ along descent on the hill from x = −3 with η = 0.05: on L₁ alone, and on L₁ and L₂ in turn (the same hill moved by ${drawnShift}). The rule is deterministic, so no error bars.`,
		x: { label: 'updates', scale: 'linear' },
		y: { label: 'loss L₁', scale: 'linear' },
		series: [
			{ name: 'L₁ alone', points: pointsOf(alone), draw: 'line' },
			{ name: 'L₁ and L₂ in turn', points: pointsOf(inTurn), draw: 'line' },
		],
	};
}

export function batchTable({ ends }: BatchEscape): Table {
	return {
		title: 'Where L₁ and L₂ in turn end, by how far L₂ is moved',
		columns: ['L₂ moved by', 'end at x', 'L₁ there', 'beyond the bump'],
		rows: ends.map(({ shift, x }) => [
			...[shift, Number(x.toFixed(3)), Number(hillHeight([x, 0]).toFixed(3))],
			x > bump ? 'yes' : '',
		]),
	};
}
