import type { LossSpec } from '../../port.ts';
import type { Loss } from './loss.ts';
import { meanSquaredError } from './mse.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

/** The loss that a spec names. */
export function buildLoss(loss: LossSpec, classes: number): Loss {
	switch (loss.kind) {
		case 'softmaxCrossEntropy':
			return softmaxCrossEntropy(classes, loss.labelSmoothing ?? 0);
		case 'mse':
			return meanSquaredError(classes);
	}
}
