import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { descend, unrolledWeights } from '../numeric/descent.ts';
import { norm, plus, type Vector } from '../numeric/vector.ts';
import { pairedDifference, percent, pointOf, points } from '../statistics.ts';
import { finals, type SweepResult, trialsAt, withoutTrials } from '../sweep-result.ts';
import { hill, hillHeight } from './toy-surfaces.ts';

const start = Float64Array.of(-3, 1);
const updates = 200;
/** η/(1 − λ) = 0.1 in all three. */
const pairs = [
	{ eta: 0.1, lambda: 0 },
	{ eta: 0.05, lambda: 0.5 },
	{ eta: 0.01, lambda: 0.9 },
];
/** Each two of them. */
const contrasts = pairs.flatMap((one, place) => pairs.slice(place + 1).map((other) => [one, other] as const));
const nameOf = ({ eta, lambda }: (typeof pairs)[number]) => `(${eta}, ${lambda})`;
/** Two accuracies that differ by less are called equal. */
const margin = 0.005;

const isoSpec = (epochs: number, seeds: number[]): SweepSpecInput => ({
	name: 'lab: momentum at one effective rate',
	dataset: { name: 'mnist', validation: 10_000 },
	model: { preset: 'mlp', hidden: [128] },
	configurations: pairs.map((pair) => ({ batchSize: 100, ...pair })),
	seeds,
	epochs,
	labels: { lab: 'momentum' },
});

const firstSeeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

export const roll = (lambda: number): Promise<Vector[]> =>
	descend({ gradientOf: (_, point) => hill.gradientAt(point), start, eta: 0.05, lambda, updates });

/** The largest distance between θ by the update rule and θ as the start minus all gradients weighted by λᵏη. */
export async function unrollingError(lambda: number): Promise<number> {
	const eta = 0.05;
	const gradients: Vector[] = [];
	const gradientOf = async (_: number, point: Vector) => {
		const gradient = await hill.gradientAt(point);
		gradients.push(gradient);
		return gradient;
	};
	const path = await descend({ gradientOf, start, eta, lambda, updates: 60 });
	let [place, largest] = [start as Vector, 0];
	for (let update = 1; update <= 60; update++) {
		const weights = unrolledWeights({ eta, lambda, updates: update });
		for (const [k, weight] of weights.entries()) place = plus(place, -weight, gradients[update - 1 - k]!);
		largest = Math.max(largest, norm(plus(place, -1, path[update]!)));
	}
	return largest;
}

export const momentum: Experiment = {
	id: 'momentum',
	claims: ['L11'],
	title: 'Momentum: past gradients carry on',
	claim:
		'With momentum, m ← λm − ηg and θ ← θ + m: every update is a sum of all past gradients with the weights λᵏη. It carries the ball past a small hill in which plain descent ' +
		'stays, and on a steady slope it is η/(1 − λ) that counts, not η alone.',
	method: {
		quick:
			'A ball on a surface with a local minimum, λ = 0 and λ = 0.9; the unrolled sum against the update rule; MNIST at B = 100 with three pairs of equal η/(1 − λ), 10,000 images held out, 5 seeds, 3 epochs.',
		full: 'As quick, with 8 seeds and 10 epochs.',
	},
	seconds: { quick: 25, full: 90 },
	async run({ size, runSweep }) {
		const [plain, rolling] = [await roll(0), await roll(0.9)];
		const error = await unrollingError(0.9);
		const spec = size === 'quick' ? isoSpec(3, firstSeeds(5)) : isoSpec(10, firstSeeds(8));
		const sweep = await runSweep(spec);
		return {
			verdicts: [{ claim: 'L11', ...verdictOf({ plain, rolling, error, sweep }) }],
			figures: [hillFigure(plain, rolling), weightsFigure(), isoFigure(sweep)],
			tables: [isoTable(sweep)],
			caveats: [
				'Equal η/(1 − λ) means equal speed on a slope that stays the same; early in training, and where the gradient turns with every batch, the pairs differ.',
			],
			sweeps: withoutTrials([sweep]),
		};
	},
};

export function verdictOf(input: { plain: Vector[]; rolling: Vector[]; error: number; sweep: SweepResult }): Verdict {
	const { plain, rolling, error, sweep } = input;
	const [stuck, beyond] = [plain.at(-1)![0]!, rolling.at(-1)![0]!];
	const toyHolds = stuck < 0 && beyond > 1 && error < 1e-9;
	const rule =
		`Holds when λ = 0 ends before the hill and λ = 0.9 beyond it, the unrolled sum agrees with the rule to 10⁻⁹, and the three pairs (η, λ) are equivalent: between any two of them the 95 % interval ` +
		`of the paired difference in validation accuracy lies within ±${percent(margin, 1)} (two one-sided tests, each at 2.5 %, which is stricter than the usual 5 %). Does not hold when one of the intervals lies beyond.`;
	const toy =
		`λ = 0 ends at x = ${stuck.toFixed(2)} (height ${hillHeight(plain.at(-1)!).toFixed(2)}), λ = 0.9 at x = ${beyond.toFixed(2)} (height ${hillHeight(rolling.at(-1)!).toFixed(2)}); ` +
		`the weights λᵏη give the same path to ${error.toExponential(0)}.`;
	if (!toyHolds) return { outcome: 'does-not-hold', sentence: toy, rule };
	const differences = contrasts.flatMap(([one, other]) => {
		const difference = pairedDifference(finals(trialsAt(sweep, one)), finals(trialsAt(sweep, other)));
		return difference === null ? [] : [{ one, other, difference }];
	});
	if (differences.length < contrasts.length)
		return { outcome: 'unclear', sentence: `${toy} Too few trials of MNIST ended to compare the pairs.`, rule };
	const all = differences.map(
		({ one, other, difference }) => `${nameOf(one)} − ${nameOf(other)} ${points(difference)}`,
	);
	const sentence = `${toy} On MNIST the accuracies of (η, λ) differ by: ${all.join('; ')}.`;
	const isWithin = differences.every(({ difference: { low, high } }) => low > -margin && high < margin);
	const isBeyond = differences.some(({ difference: { low, high } }) => low > margin || high < -margin);
	return { outcome: isWithin ? 'holds' : isBeyond ? 'does-not-hold' : 'unclear', sentence, rule };
}

function hillFigure(plain: Vector[], rolling: Vector[]): Figure {
	const xs = Array.from({ length: 121 }, (_, i) => -3.2 + i * 0.06);
	const along = (path: Vector[]) => path.map((point) => ({ x: point[0]!, y: hillHeight(point) }));
	return {
		id: 'hill',
		title: 'Past the small hill',
		plays: true,
		caption: `${updates} updates from the same start with η = 0.05. Without momentum the ball stays in the first dip; with λ = 0.9 it rolls through it and over the hill. Both begin beside the valley, at y = 1, and so above the line. The rule is deterministic, so no error bars.`,
		x: { label: 'x', scale: 'linear' },
		y: { label: 'height', scale: 'linear' },
		series: [
			{ name: 'surface along y = 0', points: xs.map((x) => ({ x, y: hillHeight([x, 0]) })), draw: 'ground' },
			{ name: 'λ = 0', points: along(plain), draw: 'points' },
			{ name: 'λ = 0.9', points: along(rolling), draw: 'points' },
		],
	};
}

function weightsFigure(): Figure {
	const series = [0, 0.5, 0.9].map((lambda) => ({
		name: `λ = ${lambda}, η = 0.1`,
		draw: 'line and points' as const,
		points: unrolledWeights({ eta: 0.1, lambda, updates: 30 }).map((y, x) => ({ x, y })),
	}));
	return {
		id: 'weights',
		title: 'What a gradient still counts, k updates later',
		caption:
			'The weight λᵏη of the gradient of k updates ago in the newest update. The weights add up to η/(1 − λ). A formula, so no error bars.',
		x: { label: 'updates ago, k', scale: 'linear' },
		y: { label: 'weight', scale: 'linear' },
		series,
	};
}

function isoFigure(sweep: SweepResult): Figure {
	const series = pairs.map((pair) => {
		const trials = trialsAt(sweep, pair);
		const epochs = trials[0]?.epochs.map(({ epoch }) => epoch) ?? [];
		const points = epochs.map((epoch) =>
			pointOf(
				epoch,
				trials.map((trial) => trial.epochs[epoch - 1]!.valAccuracy),
			),
		);
		return { name: `η = ${pair.eta}, λ = ${pair.lambda}`, points, draw: 'line and points' as const };
	});
	return {
		id: 'iso-eta',
		title: 'Accuracy with equal η/(1 − λ)',
		caption:
			'MNIST, 784-128-10, B = 100: mean validation accuracy over seeds with 95 % intervals, for three pairs whose η/(1 − λ) is 0.1.',
		x: { label: 'epoch', scale: 'linear' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		series,
	};
}

function isoTable(sweep: SweepResult): Table {
	const rows = pairs.map((pair) => {
		const values = [...finals(trialsAt(sweep, pair)).values()];
		const { y, low, high } = values.length === 0 ? { y: Number.NaN } : pointOf(0, values);
		const interval = low === undefined ? null : `${percent(low)} to ${percent(high!)}`;
		return [pair.eta, pair.lambda, values.length, Number.isNaN(y) ? null : percent(y), interval];
	});
	return {
		title: 'Validation accuracy after the last epoch',
		columns: ['η', 'λ', 'seeds', 'mean', '95 % interval'],
		rows,
	};
}
