import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';

/**
 * A loss this many times that of guessing, with an accuracy near guessing, is beyond recovery. Measured with η = 50 on MNIST:
 * the loss never became infinite (every relu died first), but stood at 430 to 8·10⁷ with 10 to 12 % accuracy, where guessing has 2.3.
 */
const lossFactor = 100;
const accuracyFactor = 2;

/**
 * Why the trial cannot go on, as sentences with what to change, or null.
 * Diverged is: a loss that is not a finite number, or one far worse than guessing while the accuracy is no better.
 */
export function describeDivergence(
	{ epoch, trainLoss, valLoss, trainAccuracy }: EpochMetrics,
	classes: number,
	{ eta, lambda }: Configuration,
): string | null {
	const advice = `Lower η (${eta})${lambda > 0 ? ` or λ (${lambda})` : ''}.`;
	if (trainLoss === null || valLoss === null) {
		return `Training diverged in epoch ${epoch}: the loss is no longer a finite number. ${advice}`;
	}
	const guessing = Math.log(classes);
	const lost = trainLoss > lossFactor * guessing && (trainAccuracy ?? 0) < accuracyFactor / classes;
	if (!lost) return null;
	const loss = Number(trainLoss.toPrecision(3));
	return `Training diverged in epoch ${epoch}: the loss reached ${loss}, where guessing has ${guessing.toFixed(1)}. ${advice}`;
}
