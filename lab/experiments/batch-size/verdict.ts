import type { Verdict } from '../../findings.ts';
import { type Difference, pairedDifference, percent, points } from '../../statistics.ts';
import { type Kept, meanOf } from './kept.ts';

/** What one data set has to say. */
export type Comparison = {
	dataset: string;
	fixedEta: number;
	epochs: number;
	updates: number;
	/** By B, ascending. */
	atEqualEpochs: { fixed: readonly Kept[]; retuned: readonly Kept[] };
	atEqualUpdates: { fixed: readonly Kept[]; retuned: readonly Kept[] };
};

/** A batch this much worse in accuracy is still called as good. */
export const margin = 0.005;

type Answer = 'yes' | 'no' | 'unclear';
type Part = { answer: Answer; sentence: string };

/**
 * Holds when on every data set the smallest B is better at equal epochs, at a fixed η and with η retuned, and that advantage is gone at equal
 * updates. One part that is answered with no is enough for `does-not-hold`.
 */
export function verdictOf(comparisons: readonly Comparison[]): Verdict {
	const rule =
		'Three parts for each data set, by paired 95 % intervals of the smallest against the largest B in validation and in training accuracy. ' +
		'At equal epochs, (1) at a fixed η and (2) with η retuned for each B: yes when both intervals are above 0, no when one is below 0. ' +
		`(3) At equal updates, η retuned: yes when the smallest B is less than ${margin * 100} points ahead in both (upper ends), no when it is more than that ahead in one (lower end). ` +
		'Holds when every part is yes; does not hold when one is no.';
	const parts = comparisons.map((comparison) => ({ comparison, parts: partsOf(comparison) }));
	const answers = parts.flatMap(({ parts: [...three] }) => three.map(({ answer }) => answer));
	const isHeld = answers.length > 0 && answers.every((answer) => answer === 'yes');
	const outcome = isHeld ? 'holds' : answers.includes('no') ? 'does-not-hold' : 'unclear';
	const sentence = parts
		.map(({ comparison, parts: [fixed, retuned, updates] }) => {
			const { dataset, fixedEta, epochs } = comparison;
			return (
				`${dataset}, ${epochs} epochs: at η = ${fixedEta} ${fixed.sentence}; with η retuned ${retuned.sentence}. ` +
				`After ${comparison.updates} updates, η retuned, ${updates.sentence}.`
			);
		})
		.join(' ');
	return { outcome, sentence, rule };
}

function partsOf({ atEqualEpochs, atEqualUpdates }: Comparison): [Part, Part, Part] {
	return [
		betterWhenSmall(atEqualEpochs.fixed),
		betterWhenSmall(atEqualEpochs.retuned),
		noWorseWhenLarge(atEqualUpdates.retuned),
	];
}

function betterWhenSmall(kept: readonly Kept[]): Part {
	return compare(kept, ({ validation, training }) => {
		if (validation.low > 0 && training.low > 0) return 'yes';
		return validation.high < 0 || training.high < 0 ? 'no' : 'unclear';
	});
}

function noWorseWhenLarge(kept: readonly Kept[]): Part {
	return compare(kept, ({ validation, training }) => {
		if (validation.high < margin && training.high < margin) return 'yes';
		return validation.low > margin || training.low > margin ? 'no' : 'unclear';
	});
}

function compare(
	kept: readonly Kept[],
	decide: (by: { validation: Difference; training: Difference }) => Answer,
): Part {
	const [smallest, largest] = [kept[0], kept.at(-1)];
	const validation = smallest && largest && pairedDifference(smallest.validation, largest.validation);
	const training = smallest && largest && pairedDifference(smallest.training, largest.training);
	if (!smallest || !largest || smallest === largest || !validation || !training) {
		return { answer: 'unclear', sentence: 'fewer than two batch sizes ended with two seeds' };
	}
	const edges = [smallest, largest].filter(({ atEdge }) => atEdge).map(({ batchSize }) => `B = ${batchSize}`);
	const sentence =
		`B = ${smallest.batchSize} against B = ${largest.batchSize} has ${points(validation)} of validation and ${points(training)} of training accuracy` +
		orderText(kept) +
		(edges.length === 0 ? '' : ` (the best η of ${edges.join(' and ')} is at the edge of those tried)`);
	return { answer: decide({ validation, training }), sentence };
}

/** Whether the validation accuracy falls from each B to the next, as the claim would have it. */
function orderText(kept: readonly Kept[]): string {
	const means = kept.map(({ batchSize, validation }) => ({ batchSize, accuracy: meanOf(validation) }));
	if (means.every(({ accuracy }, i) => i === 0 || accuracy < means[i - 1]!.accuracy)) {
		return ', and validation falls from each B to the next';
	}
	const best = means.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));
	return `, though not from each B to the next: B = ${best.batchSize} is best with ${percent(best.accuracy)}`;
}
