import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean } from '@basin/core/domain/statistics.ts';
import type { Size } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { descentNoise } from '../numeric/noise-scale.ts';
import { type Difference, pairedDifference, percent, pointOf, points } from '../statistics.ts';
import { finals, type SweepResult, type TrialResult, trialsAt } from '../sweep-result.ts';

/** Configurations that share g = η/(1 − λ) · (N/B − 1) although their B and λ differ. */
const examples = 5000;
const noises = [1, 3, 10, 30];
const batchSizes = [16, 64, 256];
const lambdas = [0, 0.9];
/** Two accuracies that differ by less are called alike. */
const margin = 0.005;
/** Accuracies that rise by less from the third quarter of the epochs to the last are called settled. */
const settledBelow = 0.001;

/** The η that makes this noise. */
export function etaOf({ noise, batchSize, lambda }: { noise: number; batchSize: number; lambda: number }): number {
	return Number((noise / descentNoise({ eta: 1, lambda, batchSize, examples })).toPrecision(6));
}

const configurations = noises.flatMap((noise) =>
	lambdas.flatMap((lambda) =>
		batchSizes.map((batchSize) => ({ noise, batchSize, lambda, eta: etaOf({ noise, batchSize, lambda }) })),
	),
);

export function collapseSpec(size: Size): SweepSpecInput {
	return {
		name: 'lab: accuracy at equal scales of the noise',
		dataset: { name: 'mnist', validation: 10_000, trainExamples: examples },
		model: { preset: 'mlp', hidden: [128] },
		configurations: configurations.map(({ batchSize, eta, lambda }) => ({ batchSize, eta, lambda })),
		seeds: size === 'quick' ? [0, 1, 2] : [0, 1, 2, 3, 4],
		epochs: size === 'quick' ? 10 : 60,
		labels: { lab: 'noise-scale' },
	};
}

/** All that was found for one g. */
type Group = {
	noise: number;
	/** Some of its trials diverged. */
	diverged: number;
	/** Mean accuracy of the last quarter of the epochs minus that of the quarter before; null without a trial that ended. */
	rise: number | null;
	/** For each λ: the smallest B minus the largest, paired by seed. */
	differences: { lambda: number; difference: Difference | null }[];
};

export function groupsOf(sweep: SweepResult): Group[] {
	return noises.map((noise) => {
		const ofNoise = configurations.filter((one) => one.noise === noise);
		const all = ofNoise.flatMap(({ batchSize, eta, lambda }) => trialsAt(sweep, { batchSize, eta, lambda }));
		const isOne = (trial: TrialResult) =>
			ofNoise.some((one) => one.eta === trial.eta && one.batchSize === trial.batchSize && one.lambda === trial.lambda);
		const accuracies = (batchSize: number, lambda: number) =>
			finals(trialsAt(sweep, { batchSize, lambda, eta: etaOf({ noise, batchSize, lambda }) }));
		return {
			noise,
			diverged: sweep.trials.filter((trial) => trial.diverged && isOne(trial)).length,
			rise: all.length === 0 ? null : mean(all.map(riseOf)),
			differences: lambdas.map((lambda) => ({
				lambda,
				difference: pairedDifference(accuracies(batchSizes[0]!, lambda), accuracies(batchSizes.at(-1)!, lambda)),
			})),
		};
	});
}

function riseOf({ epochs }: TrialResult): number {
	const quarter = Math.max(1, Math.floor(epochs.length / 4));
	const of = (from: number, to?: number) => mean(epochs.slice(from, to).map(({ valAccuracy }) => valAccuracy));
	return epochs.length < 2 * quarter ? Number.POSITIVE_INFINITY : of(-quarter) - of(-2 * quarter, -quarter);
}

const isSettled = ({ rise }: Group) => rise !== null && rise < settledBelow;

export function collapseVerdict(sweep: SweepResult): Verdict {
	const [smallest, largest] = [batchSizes[0]!, batchSizes.at(-1)!];
	const rule =
		`Decided by the g whose accuracies have settled (the last quarter of the epochs less than ${percent(settledBelow, 1)} above the quarter before). Holds when at all of them, for each λ, the 95 % interval of the paired difference between B = ${smallest} ` +
		`and B = ${largest} lies within ±${percent(margin, 1)}, and none diverged; does not hold when an interval lies beyond, or some of a g diverged while others ended.`;
	const groups = groupsOf(sweep);
	const settled = groups.filter(isSettled);
	if (settled.length === 0) {
		const rises = groups.map(({ noise, rise }) => `${rise === null ? 'unknown' : percent(rise)} at g = ${noise}`);
		const sentence = `At no g had the accuracies settled when training ended: they still rose by ${rises.join(', ')}.`;
		return { outcome: 'unclear', sentence, rule };
	}
	const contrasts = settled.flatMap(({ differences }) => differences.map(({ difference }) => difference));
	const sentence =
		`Accuracies had settled at g = ${settled.map(({ noise }) => noise).join(', ')}. B = ${smallest} minus B = ${largest}: ` +
		`${settled.map(saysDifferences).join('; ')}.`;
	const isBeyond = (difference: Difference | null) =>
		difference !== null && (difference.low > margin || difference.high < -margin);
	const isWithin = (difference: Difference | null) =>
		difference !== null && difference.low > -margin && difference.high < margin;
	const hasDiverged = settled.some(({ diverged }) => diverged > 0);
	if (hasDiverged || contrasts.some(isBeyond)) return { outcome: 'does-not-hold', sentence, rule };
	return { outcome: contrasts.every(isWithin) ? 'holds' : 'unclear', sentence, rule };
}

function saysDifferences({ noise, diverged, differences }: Group): string {
	const each = differences.map(
		({ lambda, difference }) => `${difference === null ? 'unknown' : points(difference)} (λ = ${lambda})`,
	);
	return `g = ${noise}: ${each.join(', ')}${diverged > 0 ? `, ${diverged} trials diverged` : ''}`;
}

export function collapseFigure(sweep: SweepResult): Figure {
	const settled = new Set(
		groupsOf(sweep)
			.filter(isSettled)
			.map(({ noise }) => noise),
	);
	const pointsOf = (batchSize: number, wanted: boolean) =>
		configurations
			.filter((one) => one.batchSize === batchSize && settled.has(one.noise) === wanted)
			.flatMap(({ noise, eta, lambda }) => {
				const values = [...finals(trialsAt(sweep, { batchSize, eta, lambda })).values()];
				return values.length === 0 ? [] : [pointOf(noise, values)];
			});
	const seriesOf = (batchSize: number, wanted: boolean) => {
		const found = pointsOf(batchSize, wanted);
		const name = `B = ${batchSize}${wanted ? '' : ', not settled'}`;
		const draw = wanted ? ('points' as const) : ('hollow points' as const);
		return found.length === 0 ? [] : [{ name, group: `B = ${batchSize}`, draw, points: found }];
	};
	return {
		id: 'collapse',
		title: 'Accuracy against the scale of the noise',
		caption:
			'One point a configuration (two λ for each B): mean validation accuracy of the last epoch with its 95 % interval over seeds. At equal epochs g is also the total step; hollow points had not settled, and cannot tell noise from progress.',
		x: { label: 'g = η/(1 − λ) · (N/B − 1)', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series: batchSizes.flatMap((batchSize) => [...seriesOf(batchSize, true), ...seriesOf(batchSize, false)]),
	};
}

export function collapseTable(sweep: SweepResult): Table {
	const [smallest, largest] = [batchSizes[0]!, batchSizes.at(-1)!];
	const inPoints = (share: number | null) => (share === null ? null : Number((share * 100).toFixed(2)));
	return {
		title: `B = ${smallest} minus B = ${largest} at equal g`,
		columns: ['g', ...lambdas.map((lambda) => `λ = ${lambda}`), 'rise in the last quarter, points', 'diverged trials'],
		rows: groupsOf(sweep).map(({ noise, differences, rise, diverged }) => [
			noise,
			...differences.map(({ difference }) => difference && points(difference)),
			...[inPoints(rise), diverged],
		]),
	};
}
