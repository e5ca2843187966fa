import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attemptSeconds, interrupt, type TrialTimes } from './attempt.ts';
import { readRecordedTimes, repeatTimes } from './recorded-times.ts';
import { type Setting, simulate } from './simulate.ts';
import { Timeline } from './timeline.ts';

const times: TrialTimes = { epochs: 10, epochSeconds: 20, loadSeconds: 5, storeSeconds: 2 };
const rules = { checkpointSeconds: 60, shutdownSeconds: 100 };
const calm: Setting = {
	trials: [times],
	arrivalSeconds: 0,
	maxDrainers: 1,
	trialsPerDrainer: 1,
	startSeconds: 240,
	idleSeconds: 90,
	scaleSeconds: 10,
	startsAtOnce: 25,
	interruptionsPerHour: 0,
	withoutNotice: 0,
	leaseSeconds: 60,
	rules,
	seed: 1,
};

test('one trial on one machine, by hand: start, load, ten epochs, store, ninety idle seconds', () => {
	const outcome = simulate(calm);
	assert.equal(outcome.makespanSeconds, 240 + 5 + 200 + 2);
	assert.equal(outcome.machineSeconds, 240 + 5 + 200 + 2 + 90);
	assert.equal(outcome.usefulSeconds, 207);
	assert.deepEqual([outcome.succeeded, outcome.attempts, outcome.epochs, outcome.drainersStarted], [1, 1, 10, 1]);
});

test('four trials on two machines, by hand: two rounds', () => {
	const outcome = simulate({ ...calm, trials: Array(4).fill(times), maxDrainers: 2 });
	assert.equal(outcome.makespanSeconds, 240 + 2 * 207);
	assert.equal(outcome.machineSeconds, 2 * (240 + 2 * 207 + 90));
});

test('a machine that says when it goes costs nothing if the epoch ends in time, else what came after the last checkpoint', () => {
	const at = (elapsed: number, hasNotice: boolean, slow: TrialTimes = times) =>
		interrupt({ times: slow, rules, doneEpochs: 2, elapsed, hasNotice });
	// 5 s of loading, then epochs of 20 s; a checkpoint after every third.
	assert.deepEqual(at(5 + 70, true), { keptEpochs: 6, lostSeconds: 0, lingerSeconds: 10 });
	assert.deepEqual(at(5 + 70, false), { keptEpochs: 5, lostSeconds: 10, lingerSeconds: 0 });
	assert.deepEqual(at(3, false), { keptEpochs: 2, lostSeconds: 0, lingerSeconds: 0 });
	assert.deepEqual(at(3, true), { keptEpochs: 2, lostSeconds: 0, lingerSeconds: 0 });
	const slow = { ...times, epochSeconds: 300 };
	assert.deepEqual(at(5 + 450, true, slow), { keptEpochs: 3, lostSeconds: 150, lingerSeconds: 100 });
	assert.deepEqual(at(5 + 450, false, slow), { keptEpochs: 3, lostSeconds: 150, lingerSeconds: 0 });
});

const settings: fc.Arbitrary<Setting> = fc.record({
	trials: fc.array(
		fc.record({
			epochs: fc.integer({ min: 1, max: 40 }),
			epochSeconds: fc.double({ min: 0.01, max: 400, noNaN: true }),
			loadSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
			storeSeconds: fc.double({ min: 0, max: 10, noNaN: true }),
		}),
		{ minLength: 1, maxLength: 60 },
	),
	arrivalSeconds: fc.constantFrom(0, 600, 86_400),
	maxDrainers: fc.integer({ min: 1, max: 12 }),
	trialsPerDrainer: fc.integer({ min: 1, max: 8 }),
	startSeconds: fc.constantFrom(0, 37, 240),
	idleSeconds: fc.constantFrom(10, 90),
	scaleSeconds: fc.constant(10),
	startsAtOnce: fc.integer({ min: 1, max: 25 }),
	interruptionsPerHour: fc.constantFrom(0, 0.05, 0.5, 0.9),
	withoutNotice: fc.constantFrom(0, 0.1, 1),
	leaseSeconds: fc.constant(60),
	rules: fc.constant(rules),
	seed: fc.nat(),
});

test('no trial is lost or done twice, never above the cap, nothing runs at the end, and nobody is busy more than all the time', () => {
	fc.assert(
		fc.property(settings, (setting) => {
			const outcome = simulate(setting);
			assert.equal(outcome.succeeded + outcome.failed, setting.trials.length);
			assert.ok(outcome.peakDrainers <= setting.maxDrainers);
			assert.ok(outcome.peakStarts <= setting.startsAtOnce);
			assert.equal(outcome.drainersLeft, 0);
			assert.ok(outcome.usefulSeconds + outcome.lostSeconds <= outcome.machineSeconds * (1 + 1e-9));
			assert.ok(outcome.attempts >= setting.trials.length);
			if (outcome.failed === 0) {
				const epochs = setting.trials.reduce((sum, trial) => sum + trial.epochs, 0);
				assert.equal(outcome.epochs, epochs, 'every epoch is kept once');
			}
			if (setting.interruptionsPerHour === 0) {
				const useful = setting.trials.reduce((sum, trial) => sum + attemptSeconds(trial, 0), 0);
				assert.ok(Math.abs(outcome.usefulSeconds - useful) <= 1e-6 * useful);
				assert.deepEqual([outcome.interruptions, outcome.lostSeconds, outcome.failed], [0, 0, 0]);
				assert.equal(outcome.attempts, setting.trials.length);
			}
		}),
		{ numRuns: 300 },
	);
});

test('the same seed lives the same life, another one another', () => {
	const setting = { ...calm, trials: Array(400).fill(times), maxDrainers: 20, interruptionsPerHour: 0.5 };
	assert.deepEqual(simulate(setting), simulate(setting));
	assert.notDeepEqual(simulate(setting), simulate({ ...setting, seed: 2 }));
});

test('as many machines are taken back as the share says', () => {
	const long = { ...times, epochs: 180 };
	const { machineSeconds, interruptions } = simulate({
		...calm,
		trials: Array(3_000).fill(long),
		maxDrainers: 100,
		interruptionsPerHour: 0.2,
	});
	const expected = (-Math.log1p(-0.2) * machineSeconds) / 3600;
	// Five standard deviations of a Poisson count; waiting for a machine is no time in which it can go.
	assert.ok(
		interruptions > 0.85 * expected - 5 * Math.sqrt(expected) && interruptions < expected + 5 * Math.sqrt(expected),
	);
});

test('a trial whose machines are always gone without notice ends after its budget', () => {
	const endless = { ...times, epochs: 100, epochSeconds: 1_000 };
	const outcome = simulate({ ...calm, trials: [endless], interruptionsPerHour: 0.999, withoutNotice: 1 });
	assert.deepEqual([outcome.failed, outcome.attempts], [1, 6]);
});

test('events come in the order of time, and those of one moment as they were added', () => {
	fc.assert(
		fc.property(fc.array(fc.nat({ max: 20 })), (moments) => {
			const timeline = new Timeline<number>();
			for (const [order, at] of moments.entries()) timeline.add(at, order);
			const seen: { at: number; event: number }[] = [];
			for (let next = timeline.next(); next !== undefined; next = timeline.next())
				seen.push({ at: next.at, event: next.event });
			const expected = moments.map((at, event) => ({ at, event })).sort((a, b) => a.at - b.at || a.event - b.event);
			assert.deepEqual(seen, expected);
		}),
	);
});

test('recorded times are repeated in turn, and their epochs can be others', async () => {
	const recorded = await readRecordedTimes(new URL('../results/trial-times.json', import.meta.url).pathname);
	const repeated = repeatTimes(recorded, recorded.trials.length + 1, 200);
	assert.equal(repeated.at(-1)!.epochSeconds, recorded.trials[0]!.epochSeconds);
	assert.ok(repeated.every(({ epochs }) => epochs === 200));
});
