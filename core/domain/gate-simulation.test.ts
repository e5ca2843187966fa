import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GateInput } from '../contracts/gates.ts';
import { judge } from './gate.ts';
import { sampleSide, sampleTrial } from './testing/gate-sides.ts';

/** How often gates fail in simulated sweeps. Noise: accuracies as training gives them, counted on 10,000 or 200 examples. */

const alpha = 0.05;
const runs = 1500;

/** Mulberry32: a small generator, so that every run draws the same. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

type Case = {
	name: string;
	seeds: number;
	configurations?: number;
	compare?: 'best' | 'each';
	sameSeeds?: boolean;
	examples?: number;
	drop?: number;
	margin?: number;
	std?: number;
};

/** The part of simulated gates that fail. */
function failing(simulated: Case, randomSeed: number): number {
	const { seeds, configurations = 1, compare = 'best', sameSeeds = true, examples = 10_000 } = simulated;
	const { drop = 0, margin = 0, std = 0.002 } = simulated;
	const random = randomOf(randomSeed);
	const input = GateInput.parse({
		baseline: 'b',
		alpha,
		compare,
		metrics: [{ metric: 'valAccuracy', maxDrop: margin }],
	});
	const sideOf = (shift: number, from: number) =>
		sampleSide(
			Array.from({ length: configurations * seeds }, (_, i) => {
				const valAccuracy = Math.round((0.9 - shift + std * normal(random)) * examples) / examples;
				return sampleTrial((1 + Math.floor(i / seeds)) / 100, from + (i % seeds), { valAccuracy });
			}),
			{ validationSize: examples },
		);
	let failed = 0;
	for (let run = 0; run < runs; run++) {
		const baseline = sideOf(0, 0);
		if (judge(input, sideOf(drop, sameSeeds ? 0 : 1000), baseline).verdict === 'regression') failed++;
	}
	return failed / runs;
}

/** Three standard errors of a proportion above α: a rate of α itself passes, twice α does not. */
const ceiling = alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);

const noise: Case[] = [3, 5].flatMap((seeds): Case[] => [
	{ name: 'the same seeds, no margin', seeds },
	{ name: 'other seeds, no margin', seeds, sameSeeds: false },
	{ name: 'a drop of exactly the margin', seeds, drop: 0.005, margin: 0.005 },
	{ name: 'the best of 16 equal configurations', seeds, configurations: 16 },
	{ name: 'each of 16 configurations and their mean', seeds, configurations: 16, compare: 'each' },
	{ name: 'each of 16 with other seeds', seeds, configurations: 16, compare: 'each', sameSeeds: false },
	{ name: 'accuracies counted on 200 examples', seeds, examples: 200, std: 0.01 },
	{ name: 'accuracies counted on 200 examples, other seeds', seeds, examples: 200, std: 0.01, sameSeeds: false },
]);
noise.push({ name: 'accuracies counted on 200 examples', seeds: 2, examples: 200, std: 0.01 });

for (const [i, simulated] of noise.entries()) {
	test(`noise alone fails at most α of the gates: ${simulated.seeds} seeds, ${simulated.name}`, (t) => {
		const rate = failing(simulated, 1 + i);
		t.diagnostic(`${(100 * rate).toFixed(1)} % of ${runs} fail`);
		assert.ok(rate <= ceiling, `${rate} > ${ceiling} (seed ${1 + i})`);
	});
}

/** The least part that has to fail. A drop of 5 standard deviations beyond the margin is what a bad η makes; 3 is small. */
const real: [simulated: Case, atLeast: number][] = [
	[{ name: 'a drop of 5 standard deviations', seeds: 3, drop: 0.015, margin: 0.005 }, 0.9],
	[{ name: 'a drop of 3 standard deviations', seeds: 5, drop: 0.011, margin: 0.005 }, 0.9],
	[{ name: 'a drop of 5, other seeds', seeds: 3, drop: 0.015, margin: 0.005, sameSeeds: false }, 0.95],
	[{ name: 'a drop of 3, other seeds', seeds: 5, drop: 0.011, margin: 0.005, sameSeeds: false }, 0.95],
	[{ name: 'the best of 16, a drop of 5', seeds: 5, drop: 0.015, margin: 0.005, configurations: 16 }, 0.95],
	[{ name: 'each of 16, a drop of 1', seeds: 5, drop: 0.007, margin: 0.005, configurations: 16, compare: 'each' }, 0.8],
];

for (const [i, [simulated, atLeast]] of real.entries()) {
	test(`a real regression is seen: ${simulated.seeds} seeds, ${simulated.name}`, (t) => {
		const rate = failing(simulated, 101 + i);
		t.diagnostic(`${(100 * rate).toFixed(1)} % of ${runs} fail`);
		assert.ok(rate >= atLeast, `${rate} < ${atLeast} (seed ${101 + i})`);
	});
}
