import { mean } from '@basin/core/domain/statistics.ts';
import type { Experiment, LabContext } from '../experiment.ts';
import type { Figure, Table } from '../findings.ts';
import { percent, pointOf } from '../statistics.ts';
import { atBestEta, etasAt, finals, type SweepResult, trialsAtBestEta, withoutTrials } from '../sweep-result.ts';
import { baseline, judgedSpec, recipes, type Setting, settings, tuningSpec } from './large-batches/recipes.ts';
import { verdictOf } from './large-batches/verdict.ts';

export const largeBatches: Experiment = {
	id: 'large-batches',
	claims: ['L10'],
	title: 'Large batches made to work',
	claim:
		'With a rate that grows with B, a warm-up, or layer-wise rates (LARS, LAMB), batches of thousands can train as well as small ones, which is how ImageNet was trained in an hour (Goyal et al.) and BERT in 76 minutes (You et al.).',
	method: {
		quick:
			'MNIST with 32,768 training images, 784-128-10, 5 epochs: plain momentum at B = 256, and five recipes at 4,096 and 16,384. Each chooses among four rates with 2 seeds, and is then judged with 5 others; η decays to 0 by a cosine.',
		full: 'The same on MNIST with 49,152 images and 8 epochs, and on CIFAR-10 with 32,768 images, 3072-64-10 and 6 epochs.',
	},
	seconds: { quick: 85, full: 420 },
	async run(context) {
		const studies: Study[] = [];
		for (const setting of settings[context.size]) studies.push(await study(context, setting));
		const results = studies.map(({ dataset, tried }) => ({
			dataset,
			byRecipe: new Map(tried.map(({ name, judged }) => [name, judged])),
		}));
		return {
			verdicts: [{ claim: 'L10', ...verdictOf(results) }],
			figures: studies.map(recipeFigure),
			tables: studies.map(recipeTable),
			caveats: [
				'Few epochs of a small network: at B = 16,384 an epoch has two or three updates, and ImageNet, of which the claim speaks, has 80 an epoch at that B.',
				'Four rates a recipe are a coarse search, and momentum and the length of the warm-up are not tuned. Nado et al. (arXiv 2102.06356) find that a tuned Nesterov momentum matches LARS and LAMB.',
				'With its base rate retuned at each B, linear scaling is a warm-up from the small rate to a tuned one. Goyal et al. (arXiv 1706.02677) saw the rule itself break at 16k on ImageNet.',
			],
			sweeps: withoutTrials(studies.flatMap(({ tried }) => tried.flatMap(({ sweeps }) => sweeps))),
		};
	},
};

/** `judged`: at the rates that `tuning` chose, with seeds that had no part in it. */
type Tried = { name: string; tuning: SweepResult; judged: SweepResult; sweeps: SweepResult[] };
type Study = { dataset: string; epochs: number; tried: Tried[] };

async function study({ runSweep, say }: LabContext, setting: Setting): Promise<Study> {
	const tried: Tried[] = [];
	for (const recipe of recipes(setting)) {
		say(`${setting.dataset}: ${recipe.name}`);
		const tuning = await runSweep(tuningSpec(recipe, setting));
		const chosen = new Map(atBestEta(tuning).map(({ batchSize, eta }) => [batchSize, [eta]]));
		const judged = chosen.size === 0 ? { ...tuning, trials: [] } : await runSweep(judgedSpec(recipe, setting, chosen));
		tried.push({ name: recipe.name, tuning, judged, sweeps: chosen.size === 0 ? [tuning] : [tuning, judged] });
	}
	return { dataset: setting.dataset, epochs: setting.epochs, tried };
}

function recipeFigure({ dataset, epochs, tried }: Study): Figure {
	return {
		id: `recipes-${dataset}`,
		title: `Accuracy after ${epochs} epochs by recipe (${dataset})`,
		caption:
			'Mean validation accuracy of the last epoch over seeds with 95 % intervals (not corrected for the number of recipes), each recipe at the rate that other seeds chose for that B among four.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		series: tried.map(({ name, judged }) => ({
			name,
			draw: name === baseline ? 'points' : 'line and points',
			points: atBestEta(judged).map(({ batchSize, trials }) => pointOf(batchSize, [...finals(trials).values()])),
		})),
	};
}

function recipeTable({ dataset, epochs, tried }: Study): Table {
	return {
		title: `Validation accuracy after ${epochs} epochs by recipe (${dataset})`,
		columns: ['recipe', 'B', 'validation accuracy', 'seeds', 'at η', 'rates tried'],
		rows: tried.flatMap(({ name, tuning, judged }) =>
			atBestEta(tuning).map(({ batchSize, eta, atEdge }) => {
				const accuracies = [...finals(trialsAtBestEta(judged, { batchSize })).values()];
				const etas = etasAt(tuning, { batchSize });
				return [
					...[name, batchSize],
					...(accuracies.length === 0 ? ['diverged', null] : [percent(mean(accuracies)), accuracies.length]),
					...[`${eta}${atEdge ? ' (edge)' : ''}`, etas.join(', ')],
				];
			}),
		),
	};
}
