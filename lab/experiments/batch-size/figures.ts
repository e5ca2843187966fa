import { mean, sampleStd, tQuantile975 } from '@basin/core/domain/statistics.ts';
import type { Axis, Figure, Point, Series, Table } from '../../findings.ts';
import { type CriticalBatch, updatesAt } from '../../numeric/critical-batch.ts';
import { percent, pointOf } from '../../statistics.ts';
import type { Choice } from '../../sweep-result.ts';
import { type Kept, meanOf } from './kept.ts';
import type { ToTarget } from './updates-to-target.ts';
import type { Comparison } from './verdict.ts';

const batchAxis = { label: 'batch size B', scale: 'log' } as const;
const accuracyAxis = (label: string): Axis => ({ label, scale: 'linear', bounds: [0, 1] });

export function epochsFigure({ dataset, epochs, fixedEta, atEqualEpochs }: Comparison): Figure {
	return accuracyFigure({ id: 'equal-epochs', after: `${epochs} epochs`, dataset, fixedEta, ...atEqualEpochs });
}

export function updatesFigure({ dataset, updates, fixedEta, atEqualUpdates }: Comparison): Figure {
	return accuracyFigure({ id: 'equal-updates', after: `${updates} updates`, dataset, fixedEta, ...atEqualUpdates });
}

function accuracyFigure(input: {
	id: string;
	after: string;
	dataset: string;
	fixedEta: number;
	fixed: readonly Kept[];
	retuned: readonly Kept[];
}): Figure {
	const { id, after, dataset, fixedEta, fixed, retuned } = input;
	const series = (
		name: string,
		of: readonly Kept[],
		which: 'validation' | 'training',
		draw: Series['draw'],
	): Series => ({
		name: `${which}, ${name}`,
		draw,
		group: which,
		points: of.flatMap((kept) => {
			const values = [...kept[which].values()];
			return values.length === 0 ? [] : [pointOf(kept.batchSize, values)];
		}),
	});
	return {
		id: `${id}-${dataset}`,
		title: `Accuracy against B after ${after} (${dataset})`,
		caption:
			`Mean accuracy over seeds with 95 % intervals, of the weights at the best validation epoch: on the validation examples, and on those trained on. ` +
			`Lines: η = ${fixedEta} for every B; dashed: η chosen for each B by the last validation accuracy.`,
		x: batchAxis,
		y: accuracyAxis('accuracy'),
		series: [
			series(`η = ${fixedEta}`, fixed, 'validation', 'line and points'),
			series(`η = ${fixedEta}`, fixed, 'training', 'line and points'),
			series('η retuned', retuned, 'validation', 'dashed'),
			series('η retuned', retuned, 'training', 'dashed'),
		],
	};
}

/** Validation accuracy along training, by updates. */
export function curvesFigure(dataset: string, choices: readonly Choice[]): Figure {
	return {
		id: `curves-${dataset}`,
		title: `Validation accuracy against updates (${dataset})`,
		caption:
			'Mean validation accuracy at the end of each epoch over seeds with 95 % intervals, η chosen for each B by the last of them. One update of B examples costs B times those of one example.',
		x: { label: 'updates', scale: 'log' },
		y: accuracyAxis('validation accuracy'),
		ordered: true,
		series: choices.map(({ trials }) => ({
			name: `B = ${trials[0]!.batchSize}, η = ${trials[0]!.eta}`,
			draw: 'line' as const,
			points: trials[0]!.epochs.map(({ updates }, place) =>
				pointOf(
					updates,
					trials.map(({ epochs }) => epochs[place]!.valAccuracy),
				),
			),
		})),
	};
}

export function targetFigure(
	dataset: string,
	target: number | null,
	reached: readonly ToTarget[],
	fit: CriticalBatch | null,
): Figure {
	const fitted =
		fit === null
			? 'No curve is fitted to it: its minimum would not be above 0.'
			: `Dashed: S = S_min + E_min/B by least squares of relative errors (McCandlish et al., eq. 2.11), S_min = ${round(fit.minUpdates)} updates, E_min = ${round(fit.minExamples)} examples, B_crit = E_min/S_min = ${round(fit.criticalBatchSize)}.`;
	return {
		id: `updates-to-target-${dataset}`,
		title: `Updates to ${target === null ? 'a target' : percent(target, 0)} of validation accuracy (${dataset})`,
		caption:
			'For each B the η that gets there in the fewest updates: geometric mean over seeds with 95 % intervals by the logarithm, in a straight line between the ends of epochs. ' +
			`The target is the highest whole percent that every B reached with every seed at one of its rates. ${fitted}`,
		x: batchAxis,
		y: { label: 'updates to the target', scale: 'log' },
		series: [
			{
				name: 'measured',
				draw: 'points',
				points: reached.map(({ batchSize, updates }) => geometricPointOf(batchSize, updates)),
			},
			...(fit === null ? [] : [{ name: 'fitted', draw: 'dashed' as const, points: fittedPoints(reached, fit) }]),
		],
	};
}

function fittedPoints(reached: readonly ToTarget[], fit: CriticalBatch): Point[] {
	const [first, last] = [reached[0]!.batchSize, reached.at(-1)!.batchSize];
	return Array.from({ length: 41 }, (_, i) => {
		const size = first * (last / first) ** (i / 40);
		return { x: size, y: updatesAt(fit, size) };
	});
}

export function geometricPointOf(x: number, values: readonly number[]): Point {
	const logs = values.map(Math.log);
	const [middle, std] = [mean(logs), sampleStd(logs)];
	if (std === null) return { x, y: Math.exp(middle) };
	const half = (tQuantile975(logs.length - 1) * std) / Math.sqrt(logs.length);
	return { x, y: Math.exp(middle), low: Math.exp(middle - half), high: Math.exp(middle + half) };
}

export function accuracyTable({
	dataset,
	epochs,
	updates,
	fixedEta,
	atEqualEpochs,
	atEqualUpdates,
}: Comparison): Table {
	const cells = (of: readonly Kept[], batchSize: number, withEta: boolean) => {
		const kept = of.find((one) => one.batchSize === batchSize);
		const accuracies = (['validation', 'training'] as const).map((which) =>
			kept && kept[which].size > 0 ? percent(meanOf(kept[which])) : null,
		);
		return withEta ? [...accuracies, kept ? `${kept.eta}${kept.atEdge ? ' (edge)' : ''}` : null] : accuracies;
	};
	const sizes = atEqualEpochs.retuned.map(({ batchSize }) => batchSize);
	return {
		title: `Validation and training accuracy by batch size (${dataset})`,
		columns: [
			'B',
			...[`validation, ${epochs} epochs, η = ${fixedEta}`, 'training'],
			...[`validation, ${epochs} epochs, η retuned`, 'training', 'that η'],
			...[`validation, ${updates} updates, η retuned`, 'training', 'that η'],
		],
		rows: sizes.map((size) => [
			size,
			...cells(atEqualEpochs.fixed, size, false),
			...cells(atEqualEpochs.retuned, size, true),
			...cells(atEqualUpdates.retuned, size, true),
		]),
	};
}

export function targetTable(dataset: string, target: number | null, reached: readonly ToTarget[]): Table {
	return {
		title: `To ${target === null ? 'a target' : percent(target, 0)} of validation accuracy (${dataset})`,
		columns: ['B', 'updates', 'examples', 'at η'],
		rows: reached.map(({ batchSize, eta, updates }) => {
			const middle = geometricPointOf(batchSize, updates).y;
			return [batchSize, round(middle), round(middle * batchSize), eta];
		}),
	};
}

/** To three digits. */
const round = (value: number) => Number(value.toPrecision(3));
