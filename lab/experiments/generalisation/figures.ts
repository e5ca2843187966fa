import { mean, sampleStd } from '@basin/core/domain/statistics.ts';
import type { Figure, Series, Table } from '../../findings.ts';
import { percent, pointOf } from '../../statistics.ts';
import { type EpochPoint, type SweepResult, type TrialResult, trialsAt } from '../../sweep-result.ts';
import { alphas, type Measured } from './measure.ts';
import type { Network } from './networks.ts';
import { fallOf } from './verdicts.ts';

/** Keskar et al., table 2, in per cent over five runs: training and test. */
const table2 = {
	F1: {
		small: ['99.66 ± 0.05', '98.03 ± 0.07'],
		large: ['99.92 ± 0.01', '97.81 ± 0.07'],
	},
	C1: {
		small: ['99.89 ± 0.02', '80.04 ± 0.12'],
		large: ['99.66 ± 0.2', '77.26 ± 0.42'],
	},
} as const;
/** Theirs of φ for C1 in the full space with ε = 10⁻³. */
const paperPhi = { small: 28.6, large: 707 } as const;

export function figuresOf(measured: Measured): Figure[] {
	return [...(measured.line === null ? [] : [lineFigure(measured.network, measured.line)]), curveFigure(measured)];
}

function lineFigure(network: Network, line: NonNullable<Measured['line']>): Figure {
	const { name, smallBatch, largeBatch, sharpnessExamples } = network;
	const series = (label: string, values: number[], draw: Series['draw']): Series => ({
		...{ name: label, draw },
		points: values.map((y, place) => ({ x: alphas[place]!, y })),
	});
	return {
		id: `line-${name.toLowerCase()}`,
		title: `The loss on the line between two solutions of ${name}`,
		caption: `Cross-entropy over ${sharpnessExamples} images that were trained on, and over as many test images, at the small batch’s solution plus α times the way to the large batch’s: α = 0 is B = ${smallBatch}, α = 1 is B = ${largeBatch}. Batch norm takes the statistics of these images. One pair of solutions, so no error bars.`,
		x: { label: 'α', scale: 'linear' },
		y: { label: 'loss', scale: 'log' },
		series: [series('training images', line.train, 'line and points'), series('test images', line.test, 'dashed')],
	};
}

function curveFigure({ network, sweep }: Measured): Figure {
	const series = [network.smallBatch, network.largeBatch].flatMap((batchSize): Series[] => {
		const trials = trialsAt(sweep, { batchSize });
		const curve = (of: (epoch: EpochPoint) => number) =>
			(trials[0]?.epochs ?? []).map(({ epoch }, place) =>
				pointOf(
					epoch,
					trials.map(({ epochs }) => of(epochs[place]!)),
				),
			);
		return [
			{
				...{ name: `B = ${batchSize}, training`, group: `B = ${batchSize}` },
				points: curve(({ trainAccuracy }) => trainAccuracy),
				draw: 'dashed',
			},
			{
				...{ name: `B = ${batchSize}, validation`, group: `B = ${batchSize}` },
				points: curve(({ valAccuracy }) => valAccuracy),
				draw: 'line and points',
			},
		];
	});
	return {
		id: `curves-${network.name.toLowerCase()}`,
		title: `Training and validation accuracy of ${network.name}`,
		caption:
			'Means over seeds with 95 % intervals. Training accuracy is counted before each update, with dropout where there is any, so that a large batch’s lags behind; the table has that of the kept weights.',
		x: { label: 'epoch', scale: 'linear' },
		y: { label: 'accuracy', scale: 'linear', bounds: [0, 1] },
		series,
	};
}

export function tablesOf(measured: Measured): Table[] {
	return [accuracyTable(measured), sharpnessTable(measured)];
}

function accuracyTable({ network, sweep, training, fromStart }: Measured): Table {
	const row = (which: 'small' | 'large') => {
		const batchSize = batchOf(network, which);
		const trials = trialsAt(sweep, { batchSize });
		const fall = fallOf(trials);
		return [
			...[batchSize, trials.length, spreadOf(trials, ({ trialId }) => percentOf(training.get(trialId)))],
			spreadOf(trials, ({ testAccuracy }) => percentOf(testAccuracy)),
			spreadOf(trials, ({ trialId }) => fromStart.get(trialId) ?? null),
			...[fall === null ? null : percent(fall, 1), ...table2[network.name][which]],
		];
	};
	return {
		title: `${network.name} on ${network.trainExamples} images: the kept weights (of the best validation epoch), mean ± standard deviation over seeds, beside table 2 of Keskar et al., whose B are 256 and 10 % of all images`,
		columns: [
			...['B', 'seeds', 'training, %', 'test, %', '‖θ − θ₀‖', 'last fall of the loss, of 1 + loss'],
			...['paper, training %', 'paper, test %'],
		],
		rows: [row('small'), row('large')],
	};
}

const batchOf = ({ smallBatch, largeBatch }: Network, which: 'small' | 'large') =>
	which === 'small' ? smallBatch : largeBatch;

const percentOf = (share: number | null | undefined) => (typeof share === 'number' ? share * 100 : null);

/** Such as `98.03 ± 0.07`; null where a trial has no number. */
function spreadOf(trials: SweepResult['trials'], of: (trial: TrialResult) => number | null): string | null {
	const values = trials.map(of).filter((value) => value !== null);
	if (values.length === 0) return null;
	const std = sampleStd(values);
	return `${mean(values).toFixed(2)}${std === null ? '' : ` ± ${std.toFixed(2)}`}`;
}

function sharpnessTable({ network, sweep, sharpness, fromStart, line }: Measured): Table {
	const startOf = (size: number, seed: number) => {
		const trial = trialsAt(sweep, { batchSize: size }).find((one) => one.seed === seed);
		return rounded(fromStart.get(trial?.trialId ?? '') ?? null);
	};
	const rows = sharpness.map(({ batchSize, seed, epsilon, loss, full, subspace }) => [
		...[batchSize, seed, epsilon, rounded(loss), rounded(full), rounded(subspace), startOf(batchSize, seed)],
	]);
	const paper = (which: 'small' | 'large') =>
		network.name === 'C1' ? [[`paper, ${which} batch`, null, 1e-3, null, paperPhi[which], null, null]] : [];
	const apart = line === null ? '' : `; the two solutions of the first seed are ${line.distance.toPrecision(3)} apart`;
	return {
		title: `Metric 2.1 of ${network.name}, f over ${network.sharpnessExamples} images that were trained on, batch norm by their statistics, no dropout${apart}`,
		columns: [
			...['B', 'seed', 'ε', 'f(x)', 'φ, full space'],
			...[`φ, random subspace, p = ${network.subspace}`, '‖θ − θ₀‖'],
		],
		rows: [...rows, ...paper('small'), ...paper('large')],
	};
}

const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(3)));
