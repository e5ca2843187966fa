import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@basin/gpu-worker/engines/random.ts';
import {
	descentNoise,
	logNoiseScale,
	noiseSample,
	noiseScale,
	noiseScaleInterval,
	noiseScaleRatio,
} from './noise-scale.ts';

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

test('of a hundred jackknife intervals of known gradients about 95 hold the true noise scale', () => {
	const seed = 11;
	const random = Random.of(seed);
	const truth = traceOfCovariance / gradientSquared;
	let hits = 0;
	for (let no = 0; no < 300; no++) {
		const samples = Array.from({ length: 30 }, () => noiseSample(batchGradient(random, 8), batchGradient(random, 64)));
		const [low, high] = noiseScaleInterval(logNoiseScale(samples)!);
		if (low < truth && truth < high) hits++;
	}
	assert.ok(hits > 0.9 * 300 && hits < 0.99 * 300, `${hits} of 300, seed ${seed}`);
});

test('the jackknife of a log of a mean is its standard deviation over √n and the mean, to first order', () => {
	const noises = [9, 10, 11, 10.5, 9.5];
	const { log, standardError, degreesOfFreedom } = logNoiseScale(
		noises.map((noise) => ({ gradientSquared: 1, noise })),
	)!;
	assert.ok(Math.abs(log - Math.log(10)) < 1e-12);
	const expected = Math.sqrt(2.5 / 4 / 5) / 10;
	assert.ok(Math.abs(standardError / expected - 1) < 0.01, `${standardError} for ${expected}`);
	assert.equal(degreesOfFreedom, 4);
	assert.equal(logNoiseScale([{ gradientSquared: 1, noise: 2 }]), null, 'one sample has no spread');
	const lost = [-1, 0.6, 0.6].map((value) => ({ gradientSquared: value, noise: 5 }));
	assert.equal(logNoiseScale(lost), null, 'one of the estimates has no gradient left');
});

test('two noise scales are compared by Welch’s t: with equal errors as many degrees as both together', () => {
	const of = (scale: number) => ({ log: Math.log(scale), standardError: 0.1, degreesOfFreedom: 5 });
	const { ratio, low, high } = noiseScaleRatio(of(60), of(20));
	assert.ok(Math.abs(ratio - 3) < 1e-12);
	const half = 2.2281388519649385 * Math.sqrt(0.02);
	assert.ok(Math.abs(low - 3 * Math.exp(-half)) < 1e-9 && Math.abs(high - 3 * Math.exp(half)) < 1e-9);
});
