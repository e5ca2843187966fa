import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@basin/gpu-worker/engines/random.ts';
import { descentNoise, noiseSample, noiseScale } from './noise-scale.ts';

const dimensions = 50;
const deviations = Array.from({ length: dimensions }, (_, i) => 0.5 + (i % 5));
const trueGradient = Array.from({ length: dimensions }, (_, i) => Math.cos(i));
const traceOfCovariance = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
const gradientSquared = trueGradient.reduce((sum, value) => sum + value ** 2, 0);

/** The mean gradient of so many examples: a normal vector with the covariance divided by their number. */
function batchGradient(random: Random, batchSize: number) {
	const gradient = trueGradient.map((value, i) => value + (deviations[i]! * random.normal()) / Math.sqrt(batchSize));
	return { batchSize, gradient: Float64Array.from(gradient) };
}

test('gradients of known covariance have the noise scale tr Σ / |G|²', () => {
	const seed = 7;
	const random = Random.of(seed);
	const samples = Array.from({ length: 2000 }, () => noiseSample(batchGradient(random, 8), batchGradient(random, 64)));
	const mean = (part: 'gradientSquared' | 'noise') => samples.reduce((sum, one) => sum + one[part], 0) / samples.length;
	assert.ok(Math.abs(mean('gradientSquared') / gradientSquared - 1) < 0.03, `seed ${seed}`);
	assert.ok(Math.abs(mean('noise') / traceOfCovariance - 1) < 0.03, `seed ${seed}`);
	const expected = traceOfCovariance / gradientSquared;
	assert.ok(
		Math.abs(noiseScale(samples)! / expected - 1) < 0.05,
		`${noiseScale(samples)} for ${expected}, seed ${seed}`,
	);
});

test('equal gradients have no noise, and samples without a gradient say nothing', () => {
	const gradient = Float64Array.of(3, 4);
	const sample = noiseSample({ batchSize: 2, gradient }, { batchSize: 20, gradient });
	assert.deepEqual(sample, { gradientSquared: 25, noise: 0 });
	assert.equal(noiseScale([sample]), 0);
	assert.equal(noiseScale([{ gradientSquared: -1, noise: 5 }]), null);
	assert.throws(() => noiseSample({ batchSize: 2, gradient }, { batchSize: 2, gradient }), /must be larger/);
});

test('the noise of descent is η/(1 − λ) · (N/B − 1): none for the full batch', () => {
	assert.equal(descentNoise({ eta: 0.1, lambda: 0, batchSize: 100, examples: 100 }), 0);
	const noise = descentNoise({ eta: 0.1, lambda: 0.9, batchSize: 10, examples: 110 });
	assert.ok(Math.abs(noise - 10) < 1e-12);
});
