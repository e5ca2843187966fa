import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countDrainersToStart, type DrainerDemand, type DrainerLimits } from './drainer-scaler.ts';

const count = fc.nat({ max: 300 });
const demands = fc.record({
	waitingTrials: count,
	runningTrials: count,
	startingDrainers: count,
	runningDrainers: count,
});
const limits = fc.record({ maxDrainers: fc.nat({ max: 200 }), trialsPerDrainer: fc.integer({ min: 1, max: 20 }) });
const idle: DrainerDemand = { waitingTrials: 0, runningTrials: 0, startingDrainers: 0, runningDrainers: 0 };

test('one waiting trial starts one drainer, ten thousand start as many as are allowed', () => {
	const allowed = { maxDrainers: 200, trialsPerDrainer: 1 };
	assert.equal(countDrainersToStart({ ...idle, waitingTrials: 1 }, allowed), 1);
	assert.equal(countDrainersToStart({ ...idle, waitingTrials: 10_000 }, allowed), 200);
	assert.equal(countDrainersToStart({ ...idle, waitingTrials: 10_000, runningDrainers: 199 }, allowed), 1);
	assert.equal(countDrainersToStart({ ...idle, waitingTrials: 25 }, { ...allowed, trialsPerDrainer: 10 }), 3);
});

test('never above the cap, and never a negative number', () => {
	fc.assert(
		fc.property(demands, limits, (demand, allowed) => {
			const started = countDrainersToStart(demand, allowed);
			assert.ok(Number.isInteger(started) && started >= 0);
			const present = demand.startingDrainers + demand.runningDrainers;
			if (started > 0) assert.ok(present + started <= allowed.maxDrainers);
		}),
	);
});

test('nothing waits: nothing is started, whatever runs', () => {
	fc.assert(
		fc.property(demands, limits, (demand, allowed) => {
			assert.equal(countDrainersToStart({ ...demand, waitingTrials: 0 }, allowed), 0);
		}),
	);
});

test('something waits and no drainer is there: at least one is started, and never more than trials', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 300 }), count, limits, (waitingTrials, runningTrials, allowed) => {
			const started = countDrainersToStart({ ...idle, waitingTrials, runningTrials }, allowed);
			assert.ok(started <= waitingTrials);
			assert.ok(started >= Math.min(1, allowed.maxDrainers), 'a wake-up is lost');
		}),
	);
});

test('asked again before anything has changed but that the jobs are there, it starts nothing', () => {
	fc.assert(
		fc.property(demands, limits, (demand, allowed) => {
			const startingDrainers = demand.startingDrainers + countDrainersToStart(demand, allowed);
			assert.equal(countDrainersToStart({ ...demand, startingDrainers }, allowed), 0);
		}),
	);
});

test('a drainer whose machine has come starts no other, whether it trains already or not', () => {
	fc.assert(
		fc.property(count, limits, fc.boolean(), (waiting, allowed, claims) => {
			const startingDrainers = countDrainersToStart({ ...idle, waitingTrials: waiting }, allowed);
			fc.pre(startingDrainers > 0);
			const claimed = claims ? 1 : 0;
			const next = {
				waitingTrials: waiting - claimed,
				runningTrials: claimed,
				startingDrainers: startingDrainers - 1,
				runningDrainers: 1,
			};
			assert.equal(countDrainersToStart(next, allowed), 0);
		}),
	);
});

test('trials that run on the owner’s own machines keep no drainer from starting, nor start one', () => {
	const allowed = { maxDrainers: 10, trialsPerDrainer: 1 };
	assert.equal(countDrainersToStart({ ...idle, runningTrials: 40 }, allowed), 0);
	assert.equal(countDrainersToStart({ ...idle, runningTrials: 40, waitingTrials: 2 }, allowed), 2);
	assert.equal(countDrainersToStart({ ...idle, runningTrials: 40, waitingTrials: 2, startingDrainers: 2 }, allowed), 0);
});

test('over a whole day of bursts, slow machines and interruptions: under the cap, everything trained, nothing at the end, no drainer without a trial', () => {
	const bursts = fc.array(fc.record({ atTick: fc.nat({ max: 200 }), trials: fc.integer({ min: 1, max: 60 }) }), {
		minLength: 1,
		maxLength: 6,
	});
	const caps = fc.record({
		maxDrainers: fc.integer({ min: 1, max: 20 }),
		trialsPerDrainer: fc.integer({ min: 1, max: 8 }),
	});
	const durations = fc.record({
		startTicks: fc.nat({ max: 8 }),
		trialTicks: fc.integer({ min: 1, max: 5 }),
		idleTicks: fc.integer({ min: 1, max: 4 }),
		interruptEvery: fc.integer({ min: 3, max: 50 }),
	});
	fc.assert(
		fc.property(bursts, caps, durations, (arrivals, allowed, times) => {
			const day = liveDay(arrivals, allowed, times);
			const trials = arrivals.reduce((sum, burst) => sum + burst.trials, 0);
			assert.equal(day.trained, trials);
			assert.equal(day.drainersLeft, 0);
			assert.ok(day.peak <= allowed.maxDrainers, `${day.peak} at once`);
			// A trial is waiting when it comes and each time that it is interrupted.
			assert.ok(day.started <= trials + day.interrupted, `${day.started} started for ${trials} trials`);
		}),
		{ numRuns: 300 },
	);
});

type Burst = { atTick: number; trials: number };
type Times = { startTicks: number; trialTicks: number; idleTicks: number; interruptEvery: number };
type Drainer = { startsIn: number; trialEndsIn: number | null; idleTicks: number };

/** Drainers as the worker's loop behaves, a tick at a time; every so often a busy one is taken away and its trial waits again. */
function liveDay(bursts: Burst[], allowed: DrainerLimits, times: Times) {
	let [waiting, trained, started, interrupted, peak] = [0, 0, 0, 0, 0];
	let drainers: Drainer[] = [];
	for (let tick = 0; tick < 20_000; tick++) {
		for (const burst of bursts) if (burst.atTick === tick) waiting += burst.trials;
		const running = drainers.filter(({ startsIn }) => startsIn === 0);
		const toStart = countDrainersToStart(
			{
				waitingTrials: waiting,
				runningTrials: running.filter(({ trialEndsIn }) => trialEndsIn !== null).length,
				startingDrainers: drainers.length - running.length,
				runningDrainers: running.length,
			},
			allowed,
		);
		started += toStart;
		for (let n = 0; n < toStart; n++) drainers.push({ startsIn: times.startTicks, trialEndsIn: null, idleTicks: 0 });
		peak = Math.max(peak, drainers.length);

		for (const drainer of drainers) {
			if (drainer.startsIn > 0) {
				drainer.startsIn--;
				continue;
			}
			if (drainer.trialEndsIn !== null && --drainer.trialEndsIn === 0) {
				trained++;
				drainer.trialEndsIn = null;
			}
			if (drainer.trialEndsIn !== null) continue;
			if (waiting > 0) {
				waiting--;
				Object.assign(drainer, { trialEndsIn: times.trialTicks, idleTicks: 0 });
			} else drainer.idleTicks++;
		}
		// Not for ever: in step with a machine's start, interruptions would end every trial of a single drainer (seed 1144524383).
		const victim =
			tick < 1_000 && tick % times.interruptEvery === 0 && drainers.findIndex((one) => one.trialEndsIn !== null);
		if (typeof victim === 'number' && victim >= 0) {
			drainers.splice(victim, 1);
			interrupted++;
			waiting++;
		}
		drainers = drainers.filter(({ idleTicks }) => idleTicks < times.idleTicks);
		if (tick > 200 && waiting === 0 && drainers.length === 0) break;
	}
	return { trained, started, interrupted, peak, drainersLeft: drainers.length };
}
