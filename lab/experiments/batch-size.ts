import type { Experiment, LabContext } from '../experiment.ts';
import type { Findings } from '../findings.ts';
import { fitCriticalBatch } from '../numeric/critical-batch.ts';
import { atBestEta, type Choice, type SweepResult, withoutTrials } from '../sweep-result.ts';
import { trainingAccuracies } from '../training-accuracy.ts';
import {
	accuracyTable,
	curvesFigure,
	epochsFigure,
	geometricPointOf,
	targetFigure,
	targetTable,
	updatesFigure,
} from './batch-size/figures.ts';
import { atFixedEta, keptOf } from './batch-size/kept.ts';
import { equalEpochs, equalUpdates, type Setting, settings } from './batch-size/setting.ts';
import { commonTarget, updatesToTarget } from './batch-size/updates-to-target.ts';
import { type Comparison, verdictOf } from './batch-size/verdict.ts';

export const batchSize: Experiment = {
	id: 'batch-size',
	claims: ['L5'],
	title: 'Larger batches: worse at equal epochs',
	claim:
		'On MNIST and CIFAR-10, at equal epochs, larger batches give worse validation accuracy and worse training accuracy too. So it is a problem of optimisation (fewer updates) and not of over-fitting. ' +
		'This is another thing than the generalisation gap, where training accuracies are equal.',
	method: {
		quick:
			'MNIST alone (so that nobody waits for CIFAR-10 to arrive), 5,000 training images, 784-128-10, λ = 0.9, B from 50 to 5,000 by three or four η each, 4 seeds: 5 epochs, and 200 updates.',
		full: 'MNIST with 10,000 training images, B from 20 to 5,000, 10 epochs and 1,000 updates; CIFAR-10 with 5,000, 3072-128-10, 10 epochs and 250 updates; three or four η for each B, 3 seeds.',
	},
	seconds: { quick: 85, full: 560 },
	async run(context) {
		const parts: Awaited<ReturnType<typeof compare>>[] = [];
		for (const setting of settings[context.size]) parts.push(await compare(context, setting));
		return {
			verdicts: [{ claim: 'L5', ...verdictOf(parts.map(({ comparison }) => comparison)) }],
			figures: parts.flatMap(({ figures }) => figures),
			tables: parts.flatMap(({ tables }) => tables),
			caveats: [
				'How much worse a large batch is depends on how well its η was chosen (Shallue et al., arXiv 1811.03600); λ is 0.9 throughout and not tuned.',
				'η is chosen by the validation accuracy that is then reported, from three or four rates for each B: a little optimistic for every B.',
				'At equal updates the large batch sees many more examples: equal epochs and equal updates are two different questions. Its weights are chosen from more epochs, too.',
				'B_crit is of this target, this network and these few examples, from four or five batch sizes: its order of magnitude is what can be read. The smaller B, the fewer ends of epochs to measure at: there a straight line between them is most of the answer.',
			],
			sweeps: withoutTrials(parts.flatMap(({ sweeps }) => sweeps)),
		};
	},
};

async function compare(context: LabContext, setting: Setting) {
	const { dataset, fixedEta, epochs, updates } = setting;
	context.say(`${dataset}: equal epochs`);
	const byEpochs = await context.runSweep(equalEpochs(setting));
	const parts: SweepResult[] = [];
	for (const spec of equalUpdates(setting)) {
		context.say(spec.name!);
		parts.push(await context.runSweep(spec));
	}
	const byUpdates = { ...parts[0]!, trials: parts.flatMap(({ trials }) => trials) };
	context.say(`${dataset}: training accuracies`);
	const kept = async (sweep: SweepResult) => {
		const [fixed, retuned] = [atFixedEta(sweep, fixedEta), atBestEta(sweep)];
		const training = await trainingAccuracies(context, sweep, distinctTrials([...fixed, ...retuned]));
		return { fixed: keptOf(fixed, training), retuned: keptOf(retuned, training) };
	};
	const [atEqualEpochs, atEqualUpdates] = [await kept(byEpochs), await kept(byUpdates)];
	const comparison: Comparison = { dataset, fixedEta, epochs, updates, atEqualEpochs, atEqualUpdates };
	return { comparison, sweeps: [byEpochs, ...parts], ...pictures(comparison, byUpdates) };
}

function pictures(comparison: Comparison, byUpdates: SweepResult): Pick<Findings, 'figures' | 'tables'> {
	const { dataset } = comparison;
	const target = commonTarget(byUpdates);
	const chance = 0.1;
	const reached = target === null ? [] : updatesToTarget(byUpdates, target, chance);
	const fit = fitCriticalBatch(
		reached.map(({ batchSize, updates }) => ({ batchSize, updates: geometricPointOf(batchSize, updates).y })),
	);
	return {
		figures: [
			epochsFigure(comparison),
			updatesFigure(comparison),
			curvesFigure(dataset, atBestEta(byUpdates)),
			targetFigure(dataset, target, reached, fit),
		],
		tables: [accuracyTable(comparison), targetTable(dataset, target, reached)],
	};
}

/** The fixed η may be the best one, too. */
function distinctTrials(choices: readonly Choice[]) {
	return [...new Set(choices.flatMap(({ trials }) => trials))];
}
