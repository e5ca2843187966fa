import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatasetSpec } from '@basin/core/contracts/sweep-spec.ts';
import type { Dataset } from '@basin/gpu-worker/datasets/dataset.ts';
import { splitDataset } from '@basin/gpu-worker/datasets/split.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import { measuredExamples } from './generalisation/measure.ts';
import { judgedEpsilon, type Network, networks, specOf } from './generalisation/networks.ts';
import { fallOf, type Judged, verdictsOf } from './generalisation/verdicts.ts';

const seeds = [0, 1, 2];
const f1: Network = { ...networks.quick[0]!, smallBatch: 10, largeBatch: 1000 };
const ended = Array.from({ length: 8 }, () => 0.01);
const flat = { test: [0.98, 0.981, 0.982], training: [0.999, 0.999, 1], phi: [1, 1.2, 0.9], losses: ended };
const sharp = { test: [0.97, 0.971, 0.973], training: [1, 1, 1], phi: [700, 500, 900], losses: ended };

/** Three seeds of each batch size with these accuracies of the kept weights, sharpnesses and training losses. */
function judged(small: typeof flat, large: typeof flat, network = f1): Judged {
	const sizes = [
		[network.smallBatch, small],
		[network.largeBatch, large],
	] as const;
	const idOf = (batchSize: number, seed: number) => `trl_${batchSize}_${seed}`;
	const each = <T>(make: (batchSize: number, of: typeof flat, seed: number) => T) =>
		sizes.flatMap(([batchSize, of]) => seeds.map((seed) => make(batchSize, of, seed)));
	return {
		network,
		sweep: sweepOf(
			each((batchSize, of, seed) =>
				trialOf({
					...{ trialId: idOf(batchSize, seed), batchSize, seed, testAccuracy: of.test[seed]! },
					...{ accuracies: of.losses.map(() => 0.9), trainLosses: of.losses },
				}),
			),
		),
		training: new Map(each((batchSize, of, seed) => [idOf(batchSize, seed), of.training[seed]!])),
		sharpness: each((batchSize, of, seed) => ({
			...{ batchSize, seed, epsilon: judgedEpsilon, loss: 0, full: of.phi[seed]!, subspace: null },
		})),
	};
}

const outcomes = (...parts: Judged[]) => verdictsOf(parts).map(({ claim, outcome }) => `${claim} ${outcome}`);

test('the gap and the sharpness are judged apart, each by pairs of seeds', () => {
	assert.deepEqual(outcomes(judged(flat, sharp)), ['L7 holds', 'L8 holds']);
	assert.deepEqual(outcomes(judged({ ...flat, phi: sharp.phi }, { ...sharp, phi: flat.phi })), [
		...['L7 holds', 'L8 does-not-hold'],
	]);
	assert.deepEqual(outcomes(judged({ ...flat, test: sharp.test }, { ...sharp, test: flat.test })), [
		...['L7 does-not-hold', 'L8 holds'],
	]);
	const scattered = { ...sharp, test: [0.97, 0.99, 0.98], phi: [0.1, 30, 1] };
	assert.deepEqual(outcomes(judged(flat, scattered)), ['L7 unclear', 'L8 unclear']);
});

test('no gap is claimed where training accuracies do not match, nor anything while the loss still falls', () => {
	assert.deepEqual(outcomes(judged({ ...flat, training: [0.98, 0.981, 0.98] }, sharp)), ['L7 unclear', 'L8 holds']);
	const falling = { ...sharp, losses: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2] };
	assert.deepEqual(outcomes(judged(flat, falling)), ['L7 unclear', 'L8 unclear']);
	const [gap] = verdictsOf([judged(flat, falling)]);
	assert.match(gap!.sentence, /the loss of B = 1000 still fell, by 16.0 %/);
});

test('two seeds are too few to compare sharpness, and a missing trial makes no pair', () => {
	const part = judged(flat, sharp);
	const sharpness = part.sharpness.filter(({ seed, batchSize }) => seed > 0 || batchSize === f1.smallBatch);
	assert.deepEqual(outcomes({ ...part, sharpness }), ['L7 holds', 'L8 unclear']);
	assert.deepEqual(outcomes({ ...part, sweep: sweepOf([]), sharpness: [] }), ['L7 unclear', 'L8 unclear']);
});

test('what the random subspace of one seed gives is told and does not judge', () => {
	const part = judged(flat, sharp);
	const sharpness = part.sharpness.map((one) => ({
		...one,
		subspace: one.seed > 0 ? null : one.batchSize === f1.smallBatch ? 0.5 : 0.1,
	}));
	const verdict = verdictsOf([{ ...part, sharpness }])[1]!;
	assert.equal(verdict.outcome, 'holds');
	assert.match(verdict.sentence, /in a random subspace, of one seed and not judged, 0.500 and 0.100/);
});

test('networks that disagree leave a claim unclear, and the sentence has the outcome of each', () => {
	const c1 = { ...f1, name: 'C1' } as const;
	const other = judged({ ...flat, test: sharp.test }, { ...sharp, test: flat.test }, c1);
	const [gap, sharpness] = verdictsOf([judged(flat, sharp), other]);
	assert.equal(gap!.outcome, 'unclear');
	assert.match(gap!.sentence, /F1, holds: .+C1, does not hold: /);
	assert.equal(sharpness!.outcome, 'holds');
	const unsaid = { ...other, sharpness: [], sweep: sweepOf([]) };
	assert.deepEqual(outcomes(judged(flat, sharp), unsaid), ['L7 holds', 'L8 holds'], 'one that cannot say is no veto');
	assert.match(verdictsOf([judged(flat, sharp), unsaid])[0]!.sentence, /F1, holds: .+C1, unclear: /);
});

test('the last fall of the loss is that of the last quarter against the one before, over 1 + loss', () => {
	const trial = (trainLosses: number[]) => trialOf({ accuracies: trainLosses, trainLosses });
	assert.equal(fallOf([trial([9, 9, 9, 9, 3, 3, 1, 1])]), 1);
	assert.equal(fallOf([trial([3, 1]), trial([3, 1])]), 1);
	assert.equal(fallOf([trial([1])]), null, 'one epoch has nothing before it');
	assert.equal(fallOf([]), null);
});

test('sharpness is measured on images that were trained on, and the other line on test images', () => {
	const rowsOf = (count: number) => ({ values: new Uint8Array(count), labels: new Uint8Array(count), count });
	const dataset = { train: rowsOf(60_000), test: rowsOf(10_000) } as Dataset;
	for (const network of [...networks.quick, ...networks.full.filter(({ name }) => name === 'F1')]) {
		const split = splitDataset(dataset, DatasetSpec.parse(specOf(network).dataset));
		const { train, test } = measuredExamples(dataset, network);
		const trained = new Set(split.train.indexes);
		assert.equal(train.rows, dataset.train);
		assert.equal(train.indexes.length, network.sharpnessExamples);
		assert.ok(train.indexes.every((index) => trained.has(index)));
		assert.equal(test.rows, dataset.test);
		assert.equal(test.indexes.length, network.sharpnessExamples);
	}
});
