import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Loss } from '@basin/core/contracts/training-rule.ts';
import { describeDivergence } from './divergence.ts';

const epoch = { epoch: 3, updates: 30, trainAccuracy: 0.1, valAccuracy: 0.1, epochSeconds: 1, validationSeconds: 1 };
const configuration = { batchSize: 100, eta: 50, lambda: 0.9 };
const crossEntropy = { kind: 'softmaxCrossEntropy', labelSmoothing: 0 } as const;
const describe = (trainLoss: number | null, valLoss: number | null, trainAccuracy = 0.1, loss: Loss = crossEntropy) =>
	describeDivergence({ ...epoch, trainLoss, valLoss, trainAccuracy }, 10, { configuration, loss });

test('a loss that is not finite, in training or validation, is a divergence that says what to lower', () => {
	const message = 'Training diverged in epoch 3: the loss is no longer a finite number. Lower η (50) or λ (0.9).';
	assert.equal(describe(null, 2), message);
	assert.equal(describe(2, null), message);
});

test('a loss far beyond guessing with the accuracy of guessing is a divergence', () => {
	assert.match(describe(2853, 12)!, /the loss reached 2850, where guessing has 2\.3\. Lower η \(50\)/);
});

test('a bad epoch is not a divergence: a loss near guessing, or a large one while the network has learnt', () => {
	assert.equal(describe(2.4, 2.3), null);
	assert.equal(describe(20, 15), null);
	assert.equal(describe(500, 500, 0.85), null);
});

test('what guessing has depends on the loss: mse ends a trial at a smaller one', () => {
	assert.match(describe(20, 20, 0.1, { kind: 'mse' })!, /the loss reached 20, where guessing has 0\.09/);
	assert.equal(describe(8, 8, 0.1, { kind: 'mse' }), null);
});
