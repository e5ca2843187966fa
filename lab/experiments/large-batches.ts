import { mean } from '@basin/core/domain/statistics.ts';
import type { Experiment } from '../experiment.ts';
import type { Figure, Table } from '../findings.ts';
import { percent, pointOf } from '../statistics.ts';
import { distinct, finals, type SweepResult, trialsAtBestEta, withoutTrials } from '../sweep-result.ts';
import { baseline, recipes, settings, specOf } from './large-batches/recipes.ts';
import { type Results, verdictOf } from './large-batches/verdict.ts';

export const largeBatches: Experiment = {
	id: 'large-batches',
	claims: ['L10'],
	title: 'Large batches made to work',
	claim:
		'With a rate that grows with B, a warm-up, or layer-wise rates (LARS, LAMB), batches of thousands can train as well as small ones, which is how ImageNet was trained in an hour (Goyal et al.) and BERT in 76 minutes (You et al.).',
	method: {
		quick:
			'MNIST with 32,768 training images, 784-128-10: plain momentum at B = 256, and five recipes at 4,096 and 16,384, each with four rates; 3 seeds, 5 epochs.',
		full: 'The same on MNIST with 49,152 images and 16 epochs, and on CIFAR-10 with 32,768 images, 3072-128-10 and 10 epochs; 3 seeds.',
	},
	seconds: { quick: 85, full: 640 },
	async run({ size, runSweep, say }) {
		const results: (Results & { epochs: number })[] = [];
		for (const setting of settings[size]) {
			const byRecipe = new Map<string, SweepResult>();
			for (const recipe of recipes(setting)) {
				say(`${setting.dataset}: ${recipe.name}`);
				byRecipe.set(recipe.name, await runSweep(specOf(recipe, setting)));
			}
			results.push({ dataset: setting.dataset, epochs: setting.epochs, byRecipe });
		}
		return {
			verdicts: [{ claim: 'L10', ...verdictOf(results) }],
			figures: results.map(recipeFigure),
			tables: results.map(recipeTable),
			caveats: [
				'Few epochs of a small network: at B = 16,384 an epoch has two or three updates, and ImageNet, of which the claim speaks, has 80 an epoch at that B.',
				'Four rates a recipe, a factor of two to four apart, are a coarse search, and momentum and warm-up are not tuned. Nado et al. (arXiv 2102.06356) find that a tuned Nesterov momentum matches LARS and LAMB.',
				'With its base rate retuned at each B, linear scaling is a warm-up from the small rate to a tuned one. Goyal et al. (arXiv 1706.02677) saw the rule itself break at 16k on ImageNet.',
				'η is chosen by the validation accuracy that is then compared, for every recipe in the same way.',
			],
			sweeps: withoutTrials(results.flatMap(({ byRecipe }) => [...byRecipe.values()])),
		};
	},
};

type Best = { batchSize: number; eta: number; accuracies: number[]; atEdge: boolean };

/** For each batch size of a sweep the η that did best there; without one where every η diverged. */
function bestBySize(sweep: SweepResult): Best[] {
	return distinct(sweep.trials.map(({ batchSize }) => batchSize)).flatMap((batchSize) => {
		const trials = trialsAtBestEta(sweep, { batchSize });
		if (trials.length === 0) return [];
		const etas = etasAt(sweep, batchSize);
		const { eta } = trials[0]!;
		return [{ batchSize, eta, accuracies: [...finals(trials).values()], atEdge: [etas[0], etas.at(-1)].includes(eta) }];
	});
}

function recipeFigure({ dataset, epochs, byRecipe }: Results & { epochs: number }): Figure {
	return {
		id: `recipes-${dataset}`,
		title: `Accuracy after ${epochs} epochs by recipe (${dataset})`,
		caption:
			'Mean validation accuracy of the last epoch over seeds with 95 % intervals (not corrected for the number of recipes), each recipe at the best of its four rates for that B.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		series: [...byRecipe].map(([name, sweep]) => ({
			name,
			draw: name === baseline ? 'points' : 'line and points',
			points: bestBySize(sweep).map(({ batchSize, accuracies }) => pointOf(batchSize, accuracies)),
		})),
	};
}

function recipeTable({ dataset, epochs, byRecipe }: Results & { epochs: number }): Table {
	return {
		title: `Validation accuracy after ${epochs} epochs by recipe (${dataset})`,
		columns: ['recipe', 'B', 'validation accuracy', 'at η', 'rates tried'],
		rows: [...byRecipe].flatMap(([name, sweep]) =>
			bestBySize(sweep).map(({ batchSize, eta, accuracies, atEdge }) => [
				name,
				batchSize,
				percent(mean(accuracies)),
				`${eta}${atEdge ? ' (edge)' : ''}`,
				etasAt(sweep, batchSize).join(', '),
			]),
		),
	};
}

function etasAt({ trials }: SweepResult, batchSize: number): number[] {
	return distinct(trials.filter((trial) => trial.batchSize === batchSize).map(({ eta }) => eta));
}
