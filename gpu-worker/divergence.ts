import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import type { Loss } from '@basin/core/contracts/training-rule.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';

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
	{ configuration: { eta, lambda }, loss }: Pick<TrialAssignment, 'configuration' | 'loss'>,
): string | null {
	const advice = `Lower η (${eta})${lambda > 0 ? ` or λ (${lambda})` : ''}.`;
	if (trainLoss === null || valLoss === null) {
		return `Training diverged in epoch ${epoch}: the loss is no longer a finite number. ${advice}`;
	}
	const guessing = guessingLoss(loss, classes);
	const lost = trainLoss > lossFactor * guessing && (trainAccuracy ?? 0) < accuracyFactor / classes;
	if (!lost) return null;
	const reached = Number(trainLoss.toPrecision(3));
	const guessed = Number(guessing.toPrecision(2));
	return `Training diverged in epoch ${epoch}: the loss reached ${reached}, where guessing has ${guessed}. ${advice}`;
}

/** The loss of one who takes every class for as likely, whatever the label. */
function guessingLoss({ kind }: Loss, classes: number): number {
	return kind === 'mse' ? (classes - 1) / classes ** 2 : Math.log(classes);
}
