import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Schedule } from '../contracts/training-rule.ts';
import { etaOf, etasOfEpoch, type ScheduledTrial } from './schedule.ts';

type Part = Partial<Omit<ScheduledTrial, 'schedule'>>;

/** η of all updates of a trial of 10 epochs of 4 updates with η = 1 and B = 100. */
function etas(schedule: unknown, part: Part = {}): number[] {
	const trial: ScheduledTrial = {
		schedule: Schedule.parse(schedule),
		configuration: { batchSize: 100, eta: 1 },
		epochs: 10,
		updatesPerEpoch: 4,
		...part,
	};
	return Array.from({ length: trial.epochs * trial.updatesPerEpoch }, (_, update) => etaOf(trial, update));
}

const near = (actual: number | undefined, expected: number) =>
	assert.ok(Math.abs(actual! - expected) < 1e-12, `${actual} is not ${expected}`);

test('without a schedule every update has η', () => {
	assert.deepEqual(new Set(etas({})), new Set([1]));
});

test('a warm-up rises in equal steps and ends at η', () => {
	const rising = etas({ warmup: { epochs: 2 } });
	for (let update = 0; update < 8; update++) near(rising[update], (update + 1) / 8);
	assert.deepEqual(new Set(rising.slice(8)), new Set([1]));
	near(etas({ warmup: { epochs: 2, from: 0.2 } })[0], 0.2 + 0.8 / 8);
});

test('a warm-up shorter than an update is one update, and one as long as the trial never ends', () => {
	assert.deepEqual(etas({ warmup: { epochs: 0.01 } }), etas({}));
	near(etas({ warmup: { epochs: 10 }, decay: { kind: 'cosine' } })[39], 1);
});

test('steps multiply η after the epochs that they name, warm-up included in the count', () => {
	const stepped = etas({ decay: { kind: 'step', at: [3, 6], factor: 0.1 }, warmup: { epochs: 1 } });
	near(stepped[11], 1);
	near(stepped[12], 0.1);
	near(stepped[23], 0.1);
	near(stepped[24], 0.01);
});

test('a cosine begins at η after the warm-up, is half way in the middle, and heads for what is to be left', () => {
	const falling = etas({ decay: { kind: 'cosine', final: 0.2 }, warmup: { epochs: 2 } });
	near(falling[7], 1);
	near(falling[8], 1);
	near(falling[24], 0.6);
	near(falling[39], 0.2 + (0.8 * (1 + Math.cos((Math.PI * 31) / 32))) / 2);
});

test('linear scaling multiplies η by B / B₀, and its warm-up begins at the η that is not scaled', () => {
	const schedule = { linearScaling: { baseBatchSize: 25 }, warmup: { epochs: 1 } };
	const scaled = etas(schedule);
	near(scaled[0], 1 + 3 / 4);
	near(scaled[3], 4);
	near(scaled[39], 4);
	near(etas(schedule, { configuration: { batchSize: 5, eta: 1 } })[0], 0.2);
	near(etas({ ...schedule, warmup: { epochs: 1, from: 0 } })[0], 1);
});

const decays = fc.oneof(
	fc.constant({ kind: 'constant' }),
	fc.record({
		kind: fc.constant('step'),
		at: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
		factor: fc.constantFrom(0.1, 0.5),
	}),
	fc.record({ kind: fc.constant('cosine'), final: fc.constantFrom(0, 0.1) }),
);

test('any schedule stays between 0 and its peak, never rises after the warm-up, and is the same epoch by epoch', () => {
	const trials = fc.record({
		decay: decays,
		warmup: fc.option(fc.record({ epochs: fc.double({ min: 0.1, max: 5, noNaN: true }) }), { nil: undefined }),
		epochs: fc.integer({ min: 5, max: 20 }),
		updatesPerEpoch: fc.integer({ min: 1, max: 30 }),
	});
	fc.assert(
		fc.property(trials, ({ decay, warmup, epochs, updatesPerEpoch }) => {
			const trial: ScheduledTrial = {
				schedule: Schedule.parse({ decay, warmup }),
				configuration: { batchSize: 10, eta: 0.5 },
				epochs,
				updatesPerEpoch,
			};
			const whole = etas({ decay, warmup }, trial);
			assert.ok(whole.every((eta) => eta > 0 && eta <= 0.5));
			const rest = whole.slice(Math.round((warmup?.epochs ?? 0) * updatesPerEpoch));
			assert.ok(rest.every((eta, index) => index === 0 || eta <= rest[index - 1]!));
			const epochwise = Array.from({ length: epochs }, (_, epoch) => [...etasOfEpoch(trial, epoch + 1)]).flat();
			assert.deepEqual(epochwise, whole.map(Math.fround));
		}),
	);
});
