import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean, median } from '@basin/core/domain/statistics.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { type CostPoint, hypervolume } from '../numeric/hypervolume.ts';
import { percent } from '../statistics.ts';
import { distinct, epochSeconds, finals, type SweepResult, trialsAt, withoutTrials } from '../sweep-result.ts';

/** Fixed, so that hypervolumes of different runs can be compared: error 100 %, and ten seconds an epoch, on logarithms from a millisecond. */
const reference: CostPoint = [4, 1];

const specOf = (seeds: number[], epochs: number): SweepSpecInput => ({
	name: 'lab: accuracy against time',
	dataset: { name: 'mnist', validation: 10_000 },
	model: { preset: 'mlp', hidden: [128] },
	grid: { batchSize: [10, 32, 100, 1000, 10_000], eta: [0.03, 0.1], lambda: [0.9] },
	seeds,
	epochs,
	labels: { lab: 'pareto' },
});

export type Candidate = { batchSize: number; eta: number; accuracy: number; seconds: number };

export const pareto: Experiment = {
	id: 'pareto',
	claims: ['L9'],
	title: 'B is a hyperparameter: better or faster',
	claim:
		'Small batches are noisy and slow per epoch but often better, large ones the reverse. No batch size is best in both, so that accuracy against seconds per epoch is a front and not a point.',
	method: {
		quick: 'MNIST, 784-128-10, λ = 0.9, five B from 10 to 10,000 by two η, 2 seeds, 3 epochs.',
		full: 'As quick, with 5 seeds and 10 epochs.',
	},
	seconds: { quick: 100, full: 800 },
	async run({ size, runSweep }) {
		const spec = size === 'quick' ? specOf([0, 1], 3) : specOf([0, 1, 2, 3, 4], 10);
		const sweep = await runSweep(spec);
		const candidates = candidatesOf(sweep);
		return {
			verdicts: [{ claim: 'L9', ...verdictOf(candidates) }],
			figures: [frontFigure(candidates)],
			tables: [candidateTable(candidates)],
			caveats: [
				'Seconds per epoch are of this machine with its other worker at work beside; on another the front may hold other batch sizes.',
				'B = 1 is left out: its epoch of 50,000 updates takes twice as long as that of B = 10 (docs/performance.md), which stands for small batches here.',
			],
			sweeps: withoutTrials([sweep]),
		};
	},
};

export function candidatesOf(sweep: SweepResult): Candidate[] {
	const etas = distinct(sweep.trials.map(({ eta }) => eta));
	return distinct(sweep.trials.map(({ batchSize }) => batchSize)).flatMap((batchSize) =>
		etas.flatMap((eta) => {
			const trials = trialsAt(sweep, { batchSize, eta });
			if (trials.length === 0) return [];
			const accuracy = mean([...finals(trials).values()]);
			return [{ batchSize, eta, accuracy, seconds: median(trials.map(epochSeconds)) }];
		}),
	);
}

/** Those that no other beats in one without losing in the other, fastest first. */
export function frontOf(candidates: readonly Candidate[]): Candidate[] {
	const beats = (one: Candidate, other: Candidate) =>
		one.accuracy >= other.accuracy &&
		one.seconds <= other.seconds &&
		(one.accuracy > other.accuracy || one.seconds < other.seconds);
	return candidates
		.filter((candidate) => !candidates.some((other) => beats(other, candidate)))
		.toSorted((one, other) => one.seconds - other.seconds);
}

const costOf = ({ seconds, accuracy }: Candidate): CostPoint => [Math.log10(seconds / 1e-3), 1 - accuracy];

export function verdictOf(candidates: readonly Candidate[]): Verdict {
	const front = frontOf(candidates);
	const sizes = distinct(front.map(({ batchSize }) => batchSize));
	const rule =
		'Holds when the Pareto front has at least two batch sizes, and the smaller of its ends is the more accurate and the slower one.';
	if (front.length === 0) return { outcome: 'unclear', sentence: 'No trial ended.', rule };
	const [fastest, best] = [front[0]!, front.at(-1)!];
	const volume = hypervolume(front.map(costOf), reference);
	const sentence =
		`The front has B = ${sizes.join(', ')}: from ${percent(fastest.accuracy)} at ${(fastest.seconds * 1000).toFixed(0)} ms an epoch (B = ${fastest.batchSize}) ` +
		`to ${percent(best.accuracy)} at ${(best.seconds * 1000).toFixed(0)} ms (B = ${best.batchSize}); hypervolume ${volume.toFixed(3)} up to 10 s and 0 %.`;
	const holds = sizes.length >= 2 && best.batchSize < fastest.batchSize;
	return { outcome: holds ? 'holds' : 'does-not-hold', sentence, rule };
}

function frontFigure(candidates: readonly Candidate[]): Figure {
	const toPoint = ({ seconds, accuracy }: Candidate) => ({ x: seconds, y: accuracy });
	const ofSize = (batchSize: number) => candidates.filter((candidate) => candidate.batchSize === batchSize);
	return {
		id: 'front',
		title: 'Accuracy against seconds per epoch',
		caption:
			'Each point is a configuration: mean validation accuracy of the last epoch over seeds, and the median seconds of an epoch without the first. The dashed line joins the Pareto front.',
		x: { label: 'time per epoch', unit: 's', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series: [
			...distinct(candidates.map(({ batchSize }) => batchSize)).map((size) => ({
				name: `B = ${size}`,
				points: ofSize(size).map(toPoint),
				draw: 'points' as const,
			})),
			{ name: 'Pareto front', points: frontOf(candidates).map(toPoint), draw: 'dashed' },
		],
	};
}

function candidateTable(candidates: readonly Candidate[]): Table {
	const front = new Set(frontOf(candidates));
	const rows = candidates.map((candidate) => [
		candidate.batchSize,
		candidate.eta,
		percent(candidate.accuracy),
		Number(candidate.seconds.toPrecision(3)),
		front.has(candidate) ? 'yes' : '',
	]);
	return {
		title: 'All configurations',
		columns: ['B', 'η', 'validation accuracy', 'seconds per epoch', 'on the front'],
		rows,
	};
}
