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

/** All that was found for one g and λ. */
type Row = {
	noise: number;
	lambda: number;
	/** Some of its trials diverged. */
	diverged: number;
	/** Mean accuracy of the last quarter of the epochs minus that of the quarter before, of the B that rose most; null without a trial that ended. */
	rise: number | null;
	/** The smallest B minus the largest, paired by seed. */
	difference: Difference | null;
};

export function rowsOf(sweep: SweepResult): Row[] {
	return noises.flatMap((noise) => lambdas.map((lambda) => rowOf(sweep, noise, lambda)));
}

function rowOf(sweep: SweepResult, noise: number, lambda: number): Row {
	const ofSizes = batchSizes.map((batchSize) => {
		const at = { batchSize, lambda, eta: etaOf({ noise, batchSize, lambda }) };
		const isAt = (trial: TrialResult) =>
			trial.batchSize === at.batchSize && trial.lambda === at.lambda && trial.eta === at.eta;
		const diverged = sweep.trials.filter((trial) => trial.diverged && isAt(trial)).length;
		return { trials: trialsAt(sweep, at), diverged };
	});
	const [smallest, largest] = [ofSizes[0]!, ofSizes.at(-1)!];
	const rises = ofSizes.flatMap(({ trials }) => (trials.length === 0 ? [] : [mean(trials.map(riseOf))]));
	return {
		...{ noise, lambda, diverged: ofSizes.reduce((sum, { diverged }) => sum + diverged, 0) },
		rise: rises.length === 0 ? null : Math.max(...rises),
		difference: pairedDifference(finals(smallest.trials), finals(largest.trials)),
	};
}

function riseOf({ epochs }: TrialResult): number {
	const quarter = Math.max(1, Math.floor(epochs.length / 4));
	const of = (from: number, to?: number) => mean(epochs.slice(from, to).map(({ valAccuracy }) => valAccuracy));
	return epochs.length < 2 * quarter ? Number.POSITIVE_INFINITY : of(-quarter) - of(-2 * quarter, -quarter);
}

const isSettled = ({ rise }: Row) => rise !== null && rise < settledBelow;
const nameOf = ({ noise, lambda }: Pick<Row, 'noise' | 'lambda'>) => `g = ${noise}, λ = ${lambda}`;

export function collapseVerdict(sweep: SweepResult): Verdict {
	const [smallest, largest] = [batchSizes[0]!, batchSizes.at(-1)!];
	const rule =
		`Decided by the g and λ whose accuracies have settled (at no B is the last quarter of the epochs ${percent(settledBelow, 1)} or more above the quarter before). Holds when at all of them the 95 % interval of the paired difference between B = ${smallest} ` +
		`and B = ${largest} lies within ±${percent(margin, 1)}, and none diverged; does not hold when an interval lies beyond, or some diverged while others ended.`;
	const rows = rowsOf(sweep);
	const settled = rows.filter(isSettled);
	if (settled.length === 0) {
		const rises = rows.map((row) => `${row.rise === null ? 'unknown' : percent(row.rise)} (${nameOf(row)})`);
		const sentence = `Nowhere had the accuracies settled when training ended: they still rose by ${rises.join(', ')}.`;
		return { outcome: 'unclear', sentence, rule };
	}
	const sentence = `Where accuracies had settled, B = ${smallest} minus B = ${largest} is ${settled.map(says).join('; ')}.`;
	const isBeyond = ({ difference, diverged }: Row) =>
		diverged > 0 || (difference !== null && (difference.low > margin || difference.high < -margin));
	const isWithin = ({ difference }: Row) => difference !== null && difference.low > -margin && difference.high < margin;
	if (settled.some(isBeyond)) return { outcome: 'does-not-hold', sentence, rule };
	return { outcome: settled.every(isWithin) ? 'holds' : 'unclear', sentence, rule };
}

function says(row: Row): string {
	const { difference, diverged } = row;
	const found = difference === null ? 'unknown' : points(difference);
	const largestEta = etaOf({ ...row, batchSize: batchSizes.at(-1)! }).toPrecision(2);
	return `${found} (${nameOf(row)}, η up to ${largestEta}${diverged > 0 ? `, ${diverged} trials diverged` : ''})`;
}

export function collapseFigure(sweep: SweepResult): Figure {
	const settled = new Set(rowsOf(sweep).filter(isSettled).map(nameOf));
	const pointsOf = (batchSize: number, wanted: boolean) =>
		configurations
			.filter((one) => one.batchSize === batchSize && settled.has(nameOf(one)) === wanted)
			.flatMap(({ noise, eta, lambda }) => {
				const values = [...finals(trialsAt(sweep, { batchSize, eta, lambda })).values()];
				return values.length === 0
					? []
					: [
							pointOf(
								noise,
								values.map((accuracy) => 1 - accuracy),
							),
						];
			});
	const seriesOf = (batchSize: number, wanted: boolean) => {
		const found = pointsOf(batchSize, wanted);
		const name = `B = ${batchSize}${wanted ? '' : ', not settled'}`;
		const draw = wanted ? ('points' as const) : ('hollow points' as const);
		return found.length === 0 ? [] : [{ name, group: `B = ${batchSize}`, draw, points: found }];
	};
	return {
		id: 'collapse',
		title: 'Error against the scale of the noise',
		caption:
			'One point a configuration (two λ for each B): mean validation error of the last epoch with its 95 % interval over seeds. At equal epochs g is also the total step; hollow points had not settled, and cannot tell noise from progress.',
		x: { label: 'g = η/(1 − λ) · (N/B − 1)', scale: 'log' },
		y: { label: 'validation error', scale: 'log', bounds: [0, 1] },
		ordered: true,
		series: batchSizes.flatMap((batchSize) => [...seriesOf(batchSize, true), ...seriesOf(batchSize, false)]),
	};
}

export function collapseTable(sweep: SweepResult): Table {
	const [smallest, largest] = [batchSizes[0]!, batchSizes.at(-1)!];
	const inPoints = (share: number | null) => (share === null ? null : Number((share * 100).toFixed(2)));
	return {
		title: `B = ${smallest} minus B = ${largest} at equal g`,
		columns: ['g', 'λ', 'difference with its 95 % interval', 'rise in the last quarter, points', 'diverged trials'],
		rows: rowsOf(sweep).map(({ noise, lambda, difference, rise, diverged }) => [
			...[noise, lambda, difference && points(difference)],
			...[inPoints(rise), diverged],
		]),
	};
}
