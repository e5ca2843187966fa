import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mean } from '@basin/core/domain/statistics.ts';
import type { Experiment, Size } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';
import { pairedDifference, percent, pointOf, points } from '../statistics.ts';
import { distinct, finals, type SweepResult, type TrialResult, trialsAt, withoutTrials } from '../sweep-result.ts';

const batchSizes = [256, 4096, 16_384];

type Recipe = Pick<SweepSpecInput, 'optimizer' | 'schedule'> & { name: string; etas: number[]; lambda: number };

/** Every recipe may choose among rates, so that none loses by a rate that suits another. */
function recipes(epochs: number): Recipe[] {
	const warmup = { epochs: Math.max(1, epochs / 5) };
	return [
		{ name: 'plain momentum', etas: [0.01, 0.05], lambda: 0.9 },
		{
			name: 'linear scaling and warm-up',
			etas: [0.01, 0.05],
			lambda: 0.9,
			schedule: { linearScaling: { baseBatchSize: 256 }, warmup },
		},
		{
			name: 'LARS',
			etas: [3, 10],
			lambda: 0.9,
			optimizer: { kind: 'lars', trustCoefficient: 0.001 },
			schedule: { warmup },
		},
		{ name: 'LAMB', etas: [0.01, 0.03], lambda: 0, optimizer: { kind: 'lamb' }, schedule: { warmup } },
	];
}

function specOf(recipe: Recipe, size: Size, dataset: 'mnist' | 'cifar10'): SweepSpecInput {
	const { name, etas, lambda, ...rule } = recipe;
	return {
		name: `lab: large batches, ${name}`,
		dataset: { name: dataset, validation: dataset === 'mnist' ? 10_000 : 5_000 },
		model: dataset === 'mnist' ? { preset: 'mlp', hidden: [128] } : { preset: 'cnn' },
		grid: { batchSize: batchSizes, eta: etas, lambda: [lambda] },
		seeds: size === 'quick' ? [0, 1] : [0, 1, 2],
		epochs: epochsOf[size],
		labels: { lab: 'large-batches' },
		...rule,
	};
}

const epochsOf: Record<Size, number> = { quick: 5, full: 20 };

export const largeBatches: Experiment = {
	id: 'large-batches',
	claims: ['L10'],
	title: 'Large batches made to work',
	claim:
		'With a rate that grows with B, a warm-up, or layer-wise rates (LARS, LAMB), batches of thousands can train as well as small ones, which is how ImageNet was trained in an hour (Goyal et al.) and BERT in 76 minutes (You et al.).',
	method: {
		quick: 'MNIST, 784-128-10, B = 256, 4,096 and 16,384 by four recipes with two rates each, 2 seeds, 5 epochs.',
		full: 'The same on MNIST and, with a CNN, on CIFAR-10: 3 seeds, 20 epochs.',
	},
	seconds: { quick: 100, full: 9000 },
	async run({ size, runSweep, say }) {
		const datasets = size === 'quick' ? (['mnist'] as const) : (['mnist', 'cifar10'] as const);
		const results: { dataset: string; byRecipe: Map<string, SweepResult> }[] = [];
		for (const dataset of datasets) {
			const byRecipe = new Map<string, SweepResult>();
			for (const recipe of recipes(epochsOf[size])) {
				say(`${dataset}: ${recipe.name}`);
				byRecipe.set(recipe.name, await runSweep(specOf(recipe, size, dataset)));
			}
			results.push({ dataset, byRecipe });
		}
		return {
			verdicts: [{ claim: 'L10', ...verdictOf(results[0]!.byRecipe) }],
			figures: results.map(({ dataset, byRecipe }) => recipeFigure(dataset, byRecipe)),
			tables: results.map(({ dataset, byRecipe }) => recipeTable(dataset, byRecipe)),
			caveats: [
				'Two rates a recipe are a coarse search. Nado et al. (arXiv 2102.06356) find that a tuned Nesterov momentum matches LARS and LAMB.',
				'Linear scaling holds up to a B that depends on the problem: Goyal et al. saw it break at 16k on ImageNet.',
			],
			sweeps: withoutTrials(results.flatMap(({ byRecipe }) => [...byRecipe.values()])),
		};
	},
};

/** The trials of a batch size at the rate that did best, by the mean over seeds. */
export function bestOf(sweep: SweepResult, batchSize: number): TrialResult[] {
	const scored = distinct(sweep.trials.map(({ eta }) => eta))
		.map((eta) => trialsAt(sweep, { batchSize, eta }))
		.filter((trials) => trials.length > 0);
	const score = (trials: TrialResult[]) => mean([...finals(trials).values()]);
	return scored.reduce<TrialResult[]>(
		(best, trials) => (best.length === 0 || score(trials) > score(best) ? trials : best),
		[],
	);
}

export function verdictOf(byRecipe: ReadonlyMap<string, SweepResult>): Verdict {
	const largest = batchSizes.at(-1)!;
	const plain = byRecipe.get('plain momentum')!;
	const rule = `Holds when at B = ${largest} and equal epochs at least one recipe beats plain momentum with a paired 95 % interval above 0.`;
	const compared = [...byRecipe].flatMap(([name, sweep]) => {
		if (name === 'plain momentum') return [];
		const difference = pairedDifference(finals(bestOf(sweep, largest)), finals(bestOf(plain, largest)));
		return difference === null ? [] : [{ name, difference }];
	});
	if (compared.length === 0) return { outcome: 'unclear', sentence: 'Too few trials ended to compare recipes.', rule };
	const best = compared.reduce((one, other) => (other.difference.mean > one.difference.mean ? other : one));
	const small = mean([...finals(bestOf(plain, batchSizes[0]!)).values()]);
	const sentence =
		`At B = ${largest} ${best.name} is better than plain momentum by ${points(best.difference)} of accuracy; ` +
		`plain momentum at B = ${batchSizes[0]} reaches ${percent(small)} in the same epochs.`;
	const isBetter = compared.some(({ difference }) => difference.low > 0);
	const isWorse = compared.every(({ difference }) => difference.high < 0);
	return { outcome: isBetter ? 'holds' : isWorse ? 'does-not-hold' : 'unclear', sentence, rule };
}

function recipeFigure(dataset: string, byRecipe: ReadonlyMap<string, SweepResult>): Figure {
	const series = [...byRecipe].map(([name, sweep]) => ({
		name,
		draw: 'line and points' as const,
		points: batchSizes.flatMap((size) => {
			const values = [...finals(bestOf(sweep, size)).values()];
			return values.length === 0 ? [] : [pointOf(size, values)];
		}),
	}));
	return {
		id: `recipes-${dataset}`,
		title: `Accuracy at equal epochs by recipe (${dataset})`,
		caption:
			'Mean validation accuracy of the last epoch over seeds with 95 % intervals, each recipe at the better of its rates for that B.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'validation accuracy', scale: 'linear', bounds: [0, 1] },
		series,
	};
}

function recipeTable(dataset: string, byRecipe: ReadonlyMap<string, SweepResult>): Table {
	const rows = [...byRecipe].map(([name, sweep]) => [
		name,
		...batchSizes.flatMap((size) => {
			const trials = bestOf(sweep, size);
			return trials.length === 0 ? ['diverged', null] : [percent(mean([...finals(trials).values()])), trials[0]!.eta];
		}),
	]);
	const columns = ['recipe', ...batchSizes.flatMap((size) => [`B = ${size}`, 'η'])];
	return { title: `Validation accuracy by recipe (${dataset})`, columns, rows };
}
