import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean } from '@basin/core/domain/statistics.ts';
import type { Experiment, Size } from '../experiment.ts';
import type { Figure, Series, Table, Verdict } from '../findings.ts';
import { pairedDifference, percent, pointOf, points } from '../statistics.ts';
import {
	afterUpdates,
	distinct,
	finals,
	type SweepResult,
	type TrialResult,
	trialsAt,
	withoutTrials,
} from '../sweep-result.ts';

/** The rate at which every B is compared first; the others let each B have its own. */
const fixedEta = 0.1;
const etas = [0.03, 0.1, 0.3, 1];
const lambda = 0.9;

/** With 50,000 of MNIST held out the training set has 10,000, so that a hundred epochs of one update are affordable. */
const held = { quick: 50_000, full: 10_000 } as const;
const batchSizes: Record<Size, number[]> = { quick: [32, 100, 1000, 10_000], full: [10, 100, 1000, 10_000, 50_000] };

function equalEpochs(size: Size): SweepSpecInput {
	return {
		name: 'lab: accuracy against B at equal epochs',
		dataset: { name: 'mnist', validation: held[size] },
		model: { preset: 'mlp', hidden: [128] },
		grid: { batchSize: batchSizes[size], eta: etas, lambda: [lambda] },
		seeds: size === 'quick' ? [0, 1, 2] : [0, 1, 2, 3, 4],
		epochs: size === 'quick' ? 5 : 10,
		labels: { lab: 'batch-size' },
	};
}

/** The largest B for as many epochs as give it the updates that B = 100 makes in one. */
function equalUpdates(size: Size): SweepSpecInput {
	const examples = 60_000 - held[size];
	const largest = batchSizes[size].at(-1)!;
	return {
		...equalEpochs(size),
		name: 'lab: the largest B at equal updates',
		grid: { batchSize: [largest], eta: [fixedEta, 0.3], lambda: [lambda] },
		seeds: [0, 1, 2],
		epochs: Math.round(examples / 100 / Math.ceil(examples / largest)),
	};
}

export const batchSize: Experiment = {
	id: 'batch-size',
	claims: ['L5'],
	title: 'Larger batches: worse at equal epochs',
	claim:
		'At equal epochs larger batches give worse validation accuracy and worse training accuracy too. So it is a problem of optimisation (fewer updates) and not of over-fitting. ' +
		'This is another thing than the generalisation gap, where training accuracies are equal.',
	method: {
		quick:
			'MNIST with 10,000 training images (50,000 validate), 784-128-10, λ = 0.9, B from 32 to 10,000 by four η, 3 seeds, 5 epochs; then the largest B for as many updates as B = 100 makes in an epoch.',
		full: 'MNIST with 50,000 training images, B from 10 to 50,000, 5 seeds, 10 epochs.',
	},
	seconds: { quick: 110, full: 900 },
	async run({ size, runSweep, say }) {
		const specs = [equalEpochs(size), equalUpdates(size)];
		say('equal epochs');
		const sweep = await runSweep(specs[0]!);
		say('equal updates');
		const longer = await runSweep(specs[1]!);
		return {
			verdicts: [{ claim: 'L5', ...verdictOf(sweep) }],
			figures: [
				accuracyFigure(sweep, 'val', 'validation'),
				accuracyFigure(sweep, 'train', 'training'),
				updatesFigure(sweep, longer),
			],
			tables: [bestTable(sweep)],
			caveats: [
				'With η retuned for each B (dashed) less of the difference is left: how much worse a large batch is depends on how well its η was chosen (Shallue et al., arXiv 1811.03600).',
				'Training accuracy is counted while the epoch runs, before each update; it lags behind where an epoch changes much.',
				'At equal updates the large batch sees many more examples: equal epochs and equal updates are two different questions.',
			],
			sweeps: withoutTrials([sweep, longer]),
		};
	},
};

const meanFinal = (trials: TrialResult[]): number =>
	trials.length === 0 ? Number.NEGATIVE_INFINITY : mean([...finals(trials).values()]);

/** The trials of a batch size at the η that did best there, by the mean over seeds. */
export function retuned(sweep: SweepResult, size: number): TrialResult[] {
	const candidates = distinct(sweep.trials.map(({ eta }) => eta)).map((eta) =>
		trialsAt(sweep, { batchSize: size, eta }),
	);
	return candidates.reduce((best, trials) => (meanFinal(trials) > meanFinal(best) ? trials : best));
}

export function verdictOf(sweep: SweepResult): Verdict {
	const sizes = distinct(sweep.trials.map((trial) => trial.batchSize));
	const [smallest, largest] = [sizes[0]!, sizes.at(-1)!];
	const at = (size: number) => trialsAt(sweep, { batchSize: size, eta: fixedEta });
	const difference = (of?: Parameters<typeof finals>[1]) =>
		pairedDifference(finals(at(smallest), of), finals(at(largest), of));
	const [validation, training] = [difference(), difference(({ trainAccuracy }) => trainAccuracy)];
	const rule = `Holds when at η = ${fixedEta}, λ = ${lambda} and equal epochs B = ${smallest} is better than B = ${largest} in validation and in training accuracy, both with a paired 95 % interval above 0.`;
	if (validation === null || training === null) {
		const sentence = `Fewer than two seeds of B = ${smallest} and B = ${largest} ended at η = ${fixedEta}.`;
		return { outcome: 'unclear', sentence, rule };
	}
	const sentence = `B = ${smallest} against B = ${largest} after equal epochs: ${points(validation)} of validation accuracy and ${points(training)} of training accuracy, paired over ${validation.pairs} seeds.`;
	const holds = validation.low > 0 && training.low > 0;
	const fails = validation.high < 0 || training.high < 0;
	return { outcome: holds ? 'holds' : fails ? 'does-not-hold' : 'unclear', sentence, rule };
}

function accuracyFigure(sweep: SweepResult, which: 'val' | 'train', name: string): Figure {
	const of =
		which === 'val'
			? ({ valAccuracy }: { valAccuracy: number }) => valAccuracy
			: ({ trainAccuracy }: { trainAccuracy: number }) => trainAccuracy;
	const sizes = distinct(sweep.trials.map((trial) => trial.batchSize));
	const seriesOf = (label: string, draw: Series['draw'], pick: (size: number) => TrialResult[]): Series => ({
		name: label,
		draw,
		points: sizes.flatMap((size) => {
			const values = [...finals(pick(size), of).values()];
			return values.length === 0 ? [] : [pointOf(size, values)];
		}),
	});
	return {
		id: `${which}-accuracy`,
		title: `${name === 'training' ? 'Training' : 'Validation'} accuracy against B at equal epochs`,
		caption: `Mean ${name} accuracy of the last epoch over seeds with 95 % intervals, λ = ${lambda}. Dashed: η chosen for each B by its validation accuracy.`,
		x: { label: 'batch size B', scale: 'log' },
		y: { label: `${name} accuracy`, scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series: [
			...etas.map((eta) =>
				seriesOf(`η = ${eta}`, 'line and points', (size) => trialsAt(sweep, { batchSize: size, eta })),
			),
			seriesOf('η retuned for each B', 'dashed', (size) => retuned(sweep, size)),
		],
	};
}

function updatesFigure(sweep: SweepResult, longer: SweepResult): Figure {
	const largest = longer.trials[0]?.batchSize;
	const curve = (name: string, trials: TrialResult[], draw: Series['draw']): Series => ({
		name,
		draw,
		points: (trials[0]?.epochs ?? []).map(({ updates }, place) =>
			pointOf(
				updates,
				trials.map(({ epochs }) => epochs[place]!.valAccuracy),
			),
		),
	});
	const sizes = distinct(sweep.trials.map((trial) => trial.batchSize)).filter((size) => size !== largest);
	return {
		id: 'updates',
		title: 'The same against updates',
		caption: `Mean validation accuracy with 95 % intervals over seeds, η = ${fixedEta}, λ = ${lambda}. Counted in updates, a large batch is not worse: it is only slow in epochs.`,
		x: { label: 'updates', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		ordered: true,
		series: [
			...sizes.map((size) =>
				curve(`B = ${size}`, trialsAt(sweep, { batchSize: size, eta: fixedEta }), 'line and points'),
			),
			...(largest === undefined ? [] : [curve(`B = ${largest}`, trialsAt(longer, { eta: fixedEta }), 'line')]),
		],
	};
}

function bestTable(sweep: SweepResult): Table {
	const rows = distinct(sweep.trials.map((trial) => trial.batchSize)).map((size) => {
		const fixed = [...finals(trialsAt(sweep, { batchSize: size, eta: fixedEta })).values()];
		const best = retuned(sweep, size);
		const perEpoch = best[0]?.updatesPerEpoch ?? null;
		const atHundred = best.flatMap((trial) => afterUpdates(trial, 100)?.valAccuracy ?? []);
		return [
			size,
			perEpoch,
			fixed.length === 0 ? null : percent(mean(fixed)),
			best.length === 0 ? null : percent(meanFinal(best)),
			best[0]?.eta ?? null,
			atHundred.length === 0 ? null : percent(mean(atHundred)),
		];
	});
	return {
		title: 'Validation accuracy by batch size',
		columns: ['B', 'updates an epoch', `η = ${fixedEta}`, 'η retuned', 'that η', 'retuned, within 100 updates'],
		rows,
	};
}
