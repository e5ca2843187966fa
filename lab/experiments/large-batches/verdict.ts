import type { Verdict } from '../../findings.ts';
import { type Difference, pairedDifference, points } from '../../statistics.ts';
import { finals, type SweepResult, trialsAtBestEta } from '../../sweep-result.ts';
import { baseline, largeBatchSizes, plain, smallBatchSize } from './recipes.ts';

/** Of one data set, by recipe; `baseline` and `plain` are among them. */
export type Results = { dataset: string; byRecipe: ReadonlyMap<string, SweepResult> };

/** So many points of accuracy below the small batch still count as well as it. */
export const margin = 0.005;

type Against = { recipe: string; plain: Difference; small: Difference };
/** `gap`: better or not than plain momentum, every recipe stays behind the small batch by more than the margin. */
type Answer = 'holds' | 'helps' | 'gap' | 'unclear';
type Part = { dataset: string; batchSize: number; answer: Answer; best: Against | null };

/**
 * Holds when on every data set at each large B one recipe both beats the tuned plain momentum and is no worse than the small batch by more
 * than the margin. Intervals are corrected for the number of recipes, since the best of them is looked for (Bonferroni).
 */
export function verdictOf(results: readonly Results[]): Verdict {
	const [large, limit] = [largeBatchSizes.join(' and '), `${margin * 100} points`];
	const rule =
		`At equal epochs, for each data set and B = ${large}, η tuned everywhere by other seeds: one recipe (a) beats plain momentum (paired interval above 0) and (b) is not inferior to plain momentum at B = ${smallBatchSize} (lower end above −${limit}). ` +
		`Intervals are paired by seed at 95 %, corrected by Bonferroni for the number of recipes. Holds when (a) and (b) do everywhere; does not hold when every recipe is more than ${limit} behind B = ${smallBatchSize} (upper end) everywhere; anything else is unclear.`;
	const parts = results.flatMap((result) => largeBatchSizes.map((batchSize) => partOf(result, batchSize)));
	const all = (answer: Answer) => parts.length > 0 && parts.every((part) => part.answer === answer);
	const outcome = all('holds') ? 'holds' : all('gap') ? 'does-not-hold' : 'unclear';
	return { outcome, sentence: parts.map(sentenceOf).join(' ') || 'Too few trials ended to compare recipes.', rule };
}

function partOf({ dataset, byRecipe }: Results, batchSize: number): Part {
	const none: Part = { dataset, batchSize, answer: 'unclear', best: null };
	const accuracies = (recipe: string, size: number) => {
		const sweep = byRecipe.get(recipe);
		return sweep ? finals(trialsAtBestEta(sweep, { batchSize: size })) : new Map<number, number>();
	};
	const names = [...byRecipe.keys()].filter((name) => name !== baseline && name !== plain);
	const [ofPlain, ofSmall] = [accuracies(plain, batchSize), accuracies(baseline, smallBatchSize)];
	const against = names.flatMap((recipe): Against[] => {
		const own = accuracies(recipe, batchSize);
		const [toPlain, toSmall] = [ofPlain, ofSmall].map((other) => pairedDifference(own, other, names.length));
		return toPlain && toSmall ? [{ recipe, plain: toPlain, small: toSmall }] : [];
	});
	if (against.length === 0) return none;
	const best = against.reduce((one, other) => (other.small.mean > one.small.mean ? other : one));
	const held = against.filter(({ plain: a, small: b }) => a.low > 0 && b.low > -margin);
	if (held.length > 0) {
		const shown = held.includes(best) ? best : held[0]!;
		return { ...none, answer: 'holds', best: shown };
	}
	if (against.every(({ small }) => small.high < -margin)) return { ...none, answer: 'gap', best };
	const helps = against.some(({ plain: a }) => a.low > 0);
	return { ...none, answer: helps ? 'helps' : 'unclear', best };
}

function sentenceOf({ dataset, batchSize, answer, best }: Part): string {
	if (best === null) return `${dataset}, B = ${batchSize}: too few trials ended to compare recipes.`;
	const said = {
		holds: 'it closes the gap',
		helps: 'a recipe helps, but that the gap is closed is not shown',
		gap: best.plain.low > 0 ? 'it helps, and does not close the gap' : 'none closes the gap',
		unclear: 'this is too noisy to say',
	}[answer];
	return (
		`${dataset}, B = ${batchSize}: ${best.recipe} is best, by ${points(best.plain)} against plain momentum ` +
		`and ${points(best.small)} against B = ${smallBatchSize}: ${said}.`
	);
}
