import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { rankRows } from '@basin/core/domain/ranking.ts';
import { interquartileRange, median } from '@basin/core/domain/statistics.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Point, Table, Verdict } from '../findings.ts';
import { type CostPoint, hypervolume } from '../numeric/hypervolume.ts';
import { pairedDifference, percent, pointOf, points } from '../statistics.ts';
import {
	atBestEta,
	distinct,
	epochSeconds,
	etasAt,
	finals,
	type SweepResult,
	sizesOf,
	type TrialResult,
	trialsAt,
	withoutTrials,
} from '../sweep-result.ts';

/** Fixed, so that hypervolumes of different runs can be compared: error 100 %, and ten seconds an epoch, on logarithms from a millisecond. */
const reference: CostPoint = [4, 1];

/** For each B rates around the best one, which grows with B. */
const etas: [batchSize: number, etas: number[]][] = [
	[10, [0.003, 0.01, 0.03]],
	[32, [0.01, 0.03, 0.1]],
	[100, [0.03, 0.1, 0.3]],
	[1000, [0.1, 0.3, 1]],
	[10_000, [0.1, 0.3, 1]],
];

const specOf = (seeds: number[], epochs: number, trainExamples?: number): SweepSpecInput => ({
	name: 'lab: accuracy against time',
	dataset: { name: 'mnist', validation: 10_000, ...(trainExamples !== undefined && { trainExamples }) },
	model: { preset: 'mlp', hidden: [128] },
	configurations: etas.flatMap(([batchSize, ofSize]) => ofSize.map((eta) => ({ batchSize, eta, lambda: 0.9 }))),
	seeds,
	epochs,
	labels: { lab: 'pareto' },
});

/** One configuration over its seeds. */
export type Candidate = {
	batchSize: number;
	eta: number;
	/** `x` seconds per epoch: median over all trials of its B, since η costs no time. `y` mean accuracy, with its 95 % interval. */
	point: Point;
	/** First and third quartile of the seconds of all epochs of its B but the first of each trial. */
	seconds: [number, number];
	accuracies: ReadonlyMap<number, number>;
	/** The rate chosen for its B is the smallest or largest one tried. */
	isAtEdge: boolean;
};

export const pareto: Experiment = {
	id: 'pareto',
	claims: ['L9'],
	title: 'B is a hyperparameter: better or faster',
	claim:
		'Small batches are noisy and slow per epoch but often better, large ones the reverse. No batch size is best in both, so that accuracy against seconds per epoch is a front and not a point.',
	method: {
		quick:
			'MNIST, 784-128-10, λ = 0.9, five B from 10 to 10,000, each with three η around its best, 20,000 images, 3 seeds, 3 epochs. Each B takes part with the η that did best.',
		full: 'As quick, with 50,000 images, 5 seeds and 8 epochs.',
	},
	seconds: { quick: 45, full: 180 },
	async run({ size, runSweep }) {
		const spec = size === 'quick' ? specOf([0, 1, 2], 3, 20_000) : specOf([0, 1, 2, 3, 4], 8);
		const sweep = await runSweep(spec);
		const retuned = retunedOf(sweep);
		return {
			verdicts: [{ claim: 'L9', ...verdictOf(retuned) }],
			figures: [frontFigure(sweep, retuned)],
			tables: [candidateTable(retuned)],
			caveats: [
				'Seconds per epoch are of this machine with its other worker at work beside; on another the front may hold other batch sizes.',
				'η was chosen for each B by the same accuracies that are compared here, and all at equal epochs: large batches make fewer updates in them.',
				'B = 1 is left out: its epoch of 50,000 updates takes twice as long as that of B = 10 (docs/performance.md), which stands for small batches here.',
			],
			sweeps: withoutTrials([sweep]),
		};
	},
};

function candidateOf(sweep: SweepResult, trials: readonly TrialResult[], isAtEdge: boolean): Candidate {
	const [{ batchSize, eta }] = trials as [TrialResult];
	const accuracies = finals(trials);
	const ofSize = trialsAt(sweep, { batchSize });
	const warm = ofSize.flatMap(({ epochs }) => (epochs.length > 1 ? epochs.slice(1) : epochs));
	return {
		...{ batchSize, eta, accuracies, isAtEdge },
		point: pointOf(median(ofSize.map(epochSeconds)), [...accuracies.values()]),
		seconds: interquartileRange(warm.map((epoch) => epoch.epochSeconds)),
	};
}

/** Each B at its best η, smallest B first. */
export function retunedOf(sweep: SweepResult): Candidate[] {
	return atBestEta(sweep).map(({ trials, atEdge }) => candidateOf(sweep, trials, atEdge));
}

/** Those that no other beats in one without losing in the other, by the ranking of the leaderboard; fastest first. */
export function frontOf(candidates: readonly Candidate[]): Candidate[] {
	const rows = candidates.map((candidate) => ({
		...{ candidate, deviceKey: '', diverged: false, succeeded: candidate.accuracies.size },
		...{ accuracyMean: candidate.point.y, epochSecondsMedian: candidate.point.x },
		...{ hash: `${candidate.batchSize} ${candidate.eta}`, rankedMean: candidate.point.y, rankedStd: null },
	}));
	return rankRows(rows, 'pareto')
		.filter(({ onParetoFront }) => onParetoFront)
		.map(({ row }) => row.candidate)
		.toSorted((one, other) => one.point.x - other.point.x);
}

const costOf = ({ point }: Candidate): CostPoint => [Math.log10(point.x / 1e-3), 1 - point.y];
const ms = (seconds: number) => (seconds * 1000).toFixed(0);

export function verdictOf(retuned: readonly Candidate[]): Verdict {
	const rule =
		'Each B takes part with its best η. Between the most accurate and the fastest one the 95 % interval of the paired difference in accuracy must be above 0 and the quartiles of their seconds apart; ' +
		'then it holds when the more accurate is the smaller B, and not when it is the larger. When one B is both, it does not hold if that interval is above 0 against every other B.';
	const front = frontOf(retuned);
	if (front.length === 0) return { outcome: 'unclear', sentence: 'No trial ended.', rule };
	const [fastest, best] = [front[0]!, front.at(-1)!];
	const says = ({ batchSize, point }: Candidate) =>
		`${percent(point.y)} at ${ms(point.x)} ms an epoch (B = ${batchSize})`;
	const volume = hypervolume(front.map(costOf), reference).toFixed(3);
	const tail = `hypervolume ${volume} up to 10 s and 0 %`;
	if (front.length === 1) {
		const others = retuned.filter((candidate) => candidate !== best);
		const leads = others.map(({ accuracies }) => pairedDifference(best.accuracies, accuracies));
		const isBeyondDoubt = leads.length > 0 && leads.every((lead) => lead !== null && lead.low > 0);
		return {
			...{ outcome: isBeyondDoubt ? 'does-not-hold' : 'unclear', rule },
			sentence: `One batch size is both the fastest and the most accurate: ${says(best)}; ${tail}.`,
		};
	}
	const lead = pairedDifference(best.accuracies, fastest.accuracies);
	const isSlower = best.seconds[0] > fastest.seconds[1];
	const sentence =
		`The front has B = ${distinct(front.map(({ batchSize }) => batchSize)).join(', ')}: from ${says(fastest)} to ${says(best)}; the accuracies of these two differ by ${lead === null ? 'an unknown amount' : points(lead)}, ` +
		`their quartiles of time are ${isSlower ? '' : 'not '}apart; ${tail}.`;
	if (lead === null || lead.low <= 0 || !isSlower) return { outcome: 'unclear', sentence, rule };
	return { outcome: best.batchSize < fastest.batchSize ? 'holds' : 'does-not-hold', sentence, rule };
}

function frontFigure(sweep: SweepResult, retuned: readonly Candidate[]): Figure {
	const ofSize = (batchSize: number) =>
		etasAt(sweep, { batchSize }).flatMap((eta) => {
			const trials = trialsAt(sweep, { batchSize, eta });
			return trials.length === 0 ? [] : [candidateOf(sweep, trials, false).point];
		});
	return {
		id: 'front',
		title: 'Accuracy against seconds per epoch',
		caption:
			'Each point is a configuration: mean validation accuracy of the last epoch with its 95 % interval over seeds, and the median seconds of an epoch of its B, without first ones (quartiles of time are in the table). The dashed line joins the Pareto front of the batch sizes, each with its best η.',
		x: { label: 'time per epoch', unit: 's', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series: [
			...sizesOf(sweep).map((size) => ({ name: `B = ${size}`, points: ofSize(size), draw: 'points' as const })),
			{
				name: 'Pareto front',
				points: frontOf(retuned).map(({ point: { x, y } }) => ({ x, y })),
				draw: 'dashed',
			},
		],
	};
}

function candidateTable(retuned: readonly Candidate[]): Table {
	const front = new Set(frontOf(retuned));
	const rows = retuned.map((candidate) => {
		const { batchSize, eta, point, seconds, isAtEdge, accuracies } = candidate;
		const interval = point.low === undefined ? null : `${percent(point.low)} to ${percent(point.high!)}`;
		return [
			...[batchSize, `${eta}${isAtEdge ? ' (edge of the grid)' : ''}`, accuracies.size, percent(point.y), interval],
			...[ms(point.x), `${ms(seconds[0])} to ${ms(seconds[1])}`, front.has(candidate) ? 'yes' : ''],
		];
	});
	return {
		title: 'Each batch size with its best η',
		columns: [
			...['B', 'η', 'seeds', 'validation accuracy', '95 % interval'],
			...['ms per epoch', 'quartiles of time', 'on the front'],
		],
		rows,
	};
}
