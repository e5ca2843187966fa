import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BasinError, type FieldError } from '../contracts/errors.ts';
import { SweepSpec, type SweepSpecInput } from '../contracts/sweep-spec.ts';
import { datasets } from './datasets.ts';
import { planSweep } from './sweep-plan.ts';

function planOf(part: Partial<SweepSpecInput>) {
	return planSweep(
		SweepSpec.parse({ dataset: { name: 'mnist' }, model: { preset: 'softmax' }, ...part }),
		datasets.mnist,
	);
}

function faultsOf(part: Partial<SweepSpecInput>): FieldError[] {
	try {
		planOf(part);
	} catch (error) {
		assert.ok(error instanceof BasinError, String(error));
		return error.errors ?? [];
	}
	return [];
}

const held = (validation: number | 'test') => ({ dataset: { name: 'mnist' as const, validation }, grid: {} });

describe('planSweep', () => {
	it('resolves N from what is held out, and "full" with it', () => {
		const fullBatch = { grid: { batchSize: ['full' as const] } };
		const sizes = [0.1, 10_000, 'test' as const, 0.5].map((validation) => {
			const plan = planOf({ ...held(validation), ...fullBatch });
			assert.equal(plan.configurations[0]!.batchSize, plan.trainSize);
			return plan.trainSize;
		});
		assert.deepEqual(sizes, [54_000, 50_000, 60_000, 30_000]);
	});

	it('counts trials as configurations × seeds', () => {
		const plan = planOf({ grid: { eta: [0.1, 0.2] }, configurations: [{ batchSize: 1, eta: 1 }], seeds: [0, 1, 2] });
		assert.equal(plan.configurations.length, 3);
		assert.equal(plan.trials, 9);
	});

	it('refuses a sweep with neither grid nor configurations', () => {
		assert.deepEqual(
			faultsOf({}).map(({ pointer }) => pointer),
			['/grid'],
		);
	});

	for (const [validation, sentence] of [
		[60_000, 'must leave examples to train on: mnist has 60000 in its training split'],
		[0.999999, 'must leave examples to train on: mnist has 60000 in its training split'],
		[1e-6, 'holds out no example: 0.000001 of 60000 rounds to 0'],
		[100.5, 'must be a whole number when it is a count of examples, or a fraction below 1'],
	] as const) {
		it(`refuses to hold out ${validation}: ${sentence}`, () => {
			assert.deepEqual(faultsOf(held(validation)), [{ pointer: '/dataset/validation', message: sentence }]);
		});
	}

	it('trains on as many examples as a spec says, which "full" then stands for, but on no more than are left', () => {
		const dataset = { name: 'mnist' as const, validation: 10_000, trainExamples: 2000 };
		const { trainSize, configurations } = planOf({ dataset, grid: { batchSize: ['full'] } });
		assert.deepEqual([trainSize, configurations[0]?.batchSize], [2000, 2000]);
		assert.deepEqual(faultsOf({ dataset: { ...dataset, trainExamples: 50_001 }, grid: {} }), [
			{ pointer: '/dataset/trainExamples', message: 'must be at most 50000, the examples that are not held out' },
		]);
	});

	it('refuses a model that no worker could hold', () => {
		const model = { preset: 'mlp' as const, hidden: [16_384, 16_384] };
		assert.deepEqual(faultsOf({ model, grid: {} }), [
			{ pointer: '/model/hidden', message: 'makes 281,477,130 trainable numbers; at most 25,000,000 are allowed' },
		]);
	});
});
