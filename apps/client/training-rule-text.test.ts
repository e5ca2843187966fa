import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrainingRule } from '@basin/core/contracts/training-rule.ts';
import { trainingRuleText } from './training-rule-text.ts';

const textOf = (rule: unknown) => trainingRuleText(TrainingRule.parse(rule));

test('the default update rule is not worth a word', () => {
	assert.equal(textOf({}), null);
});

test('everything that differs from it is said', () => {
	const schedule = { warmup: { epochs: 1 }, decay: { kind: 'cosine' } };
	const adam = textOf({ optimizer: { kind: 'adam' }, weightDecay: 0.01, schedule });
	assert.equal(adam, 'adam, weight decay 0.01, warm-up of 1 epoch, cosine');
	const steps = { linearScaling: { baseBatchSize: 256 }, decay: { kind: 'step', at: [30, 60] } };
	assert.equal(textOf({ schedule: steps, loss: { kind: 'mse' } }), 'η · B/256, η × 0.1 after epochs 30, 60, mse');
	const smoothed = { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1 };
	assert.equal(textOf({ loss: smoothed }), 'label smoothing 0.1');
});
