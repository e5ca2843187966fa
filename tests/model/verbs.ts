import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '@basin/db/client.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { extendSweep } from '@basin/db/sweeps/extend.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { resumeSweep } from '@basin/db/sweeps/resume.ts';
import { retryFailed } from '@basin/db/sweeps/retry-failed.ts';
import { stopSweep } from '@basin/db/sweeps/stop.ts';
import { cancelTrial } from '@basin/db/trials/cancel.ts';
import { acknowledgeCancel } from '@basin/db/trials/cancelled.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { heartbeat } from '@basin/db/trials/heartbeat.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { resumeTrial } from '@basin/db/trials/resume.ts';
import { retryTrial } from '@basin/db/trials/retry.ts';
import fc from 'fast-check';
import { sampleArtifact, sampleCheckpoint, sampleDevice, sampleMetrics, sampleResult } from '../support/samples.ts';
import type { Model } from './model.ts';
import * as rules from './model.ts';

/** The sweep in the database that the model speaks of. */
export type Real = { db: Db; sweepId: string; trialIds: string[] };

/**
 * One thing that can happen. `predict` moves the model and answers what `perform` must answer in the database.
 * `possible`: false where it cannot happen at all; a call that is refused is possible.
 */
export type Verb<Input> = {
	input: fc.Arbitrary<Input>;
	possible?(model: Model, input: Input): boolean;
	predict(model: Model, input: Input): unknown;
	perform(real: Real, input: Input, model: Model): Promise<unknown>;
};

const trialsAtMost = 3;
/** Mostly the first: what takes many steps must happen to one trial. */
const trial = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(trialsAtMost - 1) });
/** Which attempt calls: mostly the newest, else one that lost the trial, or one that was never made. */
const caller = fc.record({
	trial,
	behind: fc.oneof(
		{ weight: 6, arbitrary: fc.constant(0) },
		{ weight: 2, arbitrary: fc.constantFrom(1, 2) },
		{ weight: 1, arbitrary: fc.constant(-1) },
	),
});
type Caller = { trial: number; behind: number };

const attemptOf = (model: Model, { trial: index, behind }: Caller): rules.Attempt => ({
	trial: index,
	attemptNo: Math.max(1, (model.trials[index]?.attempts.length ?? 1) - behind),
});

/** What a caller sees: null, or what `told` makes of the answer; or the code of the refusal. */
const refusal = async <T>(call: Promise<T>, told: (answer: T) => unknown = () => null): Promise<unknown> => {
	try {
		return told(await call);
	} catch (error) {
		if (error instanceof BasinError) return error.code;
		throw error;
	}
};

function verb<Input>(definition: Verb<Input>): Verb<Input> {
	return definition;
}

/** Something that only the newest attempt's rows tell of, made so in the database. */
function passage(input: {
	possible: (trial: rules.ModelTrial) => boolean;
	predict: (trial: rules.ModelTrial) => void;
	perform: (db: Db, trialId: string) => Promise<unknown>;
}): Verb<number> {
	return {
		input: trial,
		possible: (model, index) => {
			const own = model.trials[index];
			return own !== undefined && input.possible(own);
		},
		predict: (model, index) => {
			input.predict(model.trials[index]!);
			return null;
		},
		perform: async ({ db, trialIds }, index) => {
			await input.perform(db, trialIds[index]!);
			return null;
		},
	};
}

const attemptRef = ({ db, trialIds }: Real, { trial: index, attemptNo }: rules.Attempt) => ({
	db,
	trialId: trialIds[index] ?? 'trl_of_nobody',
	attemptNo,
});

export const verbs = {
	claim: verb({
		input: fc.record({ trial, worker: fc.constantFrom('w1', 'w2', 'w3') }),
		predict: (model, { trial: index }) => rules.claim(model, index),
		perform: async ({ db, trialIds }, { trial: index, worker }) => {
			const trialId = trialIds[index] ?? 'trl_of_nobody';
			return (await claimTrial({ db, trialId, workerId: worker, leaseSeconds: 3600 }))?.attemptNo ?? null;
		},
	}),
	heartbeat: verb({
		input: caller,
		predict: (model, by) => rules.heartbeat(model, attemptOf(model, by)),
		perform: (real, by, model) => heartbeat({ ...attemptRef(real, attemptOf(model, by)), leaseSeconds: 3600 }),
	}),
	recordEpoch: verb({
		input: fc.record({ by: caller, again: fc.boolean() }),
		predict: (model, { by, again }) => rules.recordEpoch(model, attemptOf(model, by), nextEpoch(model, by, again)),
		perform: (real, { by, again }, model) =>
			recordEpoch({ ...attemptRef(real, attemptOf(model, by)), metrics: sampleMetrics(nextEpoch(model, by, again)) }),
	}),
	/** Trains some epochs, where they are left, and keeps a checkpoint after each; answers as the last does. */
	recordCheckpoint: verb({
		input: fc.record({ by: caller, epochs: fc.integer({ min: 1, max: 3 }) }),
		predict: (model, { by, epochs }) => {
			const attempt = attemptOf(model, by);
			let answer: number | null = null;
			for (const epoch of nextEpochs(model, by, epochs)) {
				rules.recordEpoch(model, attempt, epoch);
				answer = rules.recordCheckpoint(model, attempt, epoch);
			}
			return answer;
		},
		perform: async (real, { by, epochs }, model) => {
			const ref = attemptRef(real, attemptOf(model, by));
			let answer: string[] | null = null;
			for (const epoch of nextEpochs(model, by, epochs)) {
				await recordEpoch({ ...ref, metrics: sampleMetrics(epoch) });
				answer = await recordCheckpoint({ ...ref, checkpoint: sampleCheckpoint(ref.trialId, ref.attemptNo, epoch) });
			}
			return answer?.length ?? null;
		},
	}),
	goOnFrom: verb({
		input: fc.record({ by: caller, place: fc.nat(2) }),
		predict: (model, { by, place }) => rules.goOnFrom(model, attemptOf(model, by), startOf(model, by, place)),
		perform: (real, { by, place }, model) => {
			const ref = attemptRef(real, attemptOf(model, by));
			return resumeTrial({ ...ref, epoch: startOf(model, by, place), note: null });
		},
	}),
	finish: verb({
		input: fc.record({ by: caller, percent: fc.nat(100), device: fc.constantFrom('cpu-one', 'cpu-two') }),
		predict: (model, { by }) => {
			const attempt = attemptOf(model, by);
			for (let epoch = missingFrom(model, by); epoch <= model.epochs; epoch++) rules.recordEpoch(model, attempt, epoch);
			return rules.finish(model, attempt);
		},
		perform: async (real, { by, percent, device }, model) => {
			const ref = attemptRef(real, attemptOf(model, by));
			for (let epoch = missingFrom(model, by); epoch <= model.epochs; epoch++) {
				await recordEpoch({ ...ref, metrics: sampleMetrics(epoch) });
			}
			return finishTrial({
				...ref,
				result: sampleResult({ valAccuracy: percent / 100, finalValAccuracy: percent / 101, epochs: model.epochs }),
				device: { ...sampleDevice, key: device },
				artifacts: [sampleArtifact(ref.trialId, ref.attemptNo)],
			});
		},
	}),
	fail: verb({
		input: fc.record({
			by: caller,
			reason: fc.constantFrom('infrastructure', 'unknown', 'timeout', 'diverged', 'out_of_memory', 'bad_config'),
		}),
		predict: (model, { by, reason }) => rules.fail(model, attemptOf(model, by), reason),
		perform: async (real, { by, reason }, model) => {
			const ref = attemptRef(real, attemptOf(model, by));
			const written = await failTrial({ ...ref, reason, message: 'why', device: sampleDevice, artifacts: [] });
			if (written) await delayRetries(real, ref.trialId);
			return written;
		},
	}),
	release: verb({
		input: caller,
		predict: (model, by) => rules.release(model, attemptOf(model, by)),
		perform: (real, by, model) => releaseTrial(attemptRef(real, attemptOf(model, by))),
	}),
	acknowledgeCancel: verb({
		input: caller,
		predict: (model, by) => rules.acknowledgeCancel(model, attemptOf(model, by)),
		perform: (real, by, model) => acknowledgeCancel(attemptRef(real, attemptOf(model, by))),
	}),
	cancelTrial: verb({
		input: trial,
		predict: (model, index) => rules.cancelTrial(model, index),
		perform: ({ db, trialIds }, index) => refusal(cancelTrial({ db, trialId: trialIds[index] ?? 'trl_of_nobody' })),
	}),
	cancelSweep: verb({
		input: fc.constant(null),
		predict: (model) => rules.cancelSweep(model),
		perform: ({ db, sweepId }) => refusal(cancelSweep({ db, sweepId })),
	}),
	pause: verb({
		input: fc.constant(null),
		predict: (model) => rules.pause(model),
		perform: ({ db, sweepId }) => refusal(pauseSweep({ db, sweepId })),
	}),
	resume: verb({
		input: fc.constant(null),
		predict: (model) => rules.resume(model),
		perform: ({ db, sweepId }) => refusal(resumeSweep({ db, sweepId })),
	}),
	stop: verb({
		input: fc.constant(null),
		predict: (model) => rules.stop(model),
		perform: ({ db, sweepId }) => refusal(stopSweep({ db, sweepId })),
	}),
	retryFailed: verb({
		input: fc.constant(null),
		predict: (model) => rules.retryFailed(model),
		perform: ({ db, sweepId }) => refusal(retryFailed({ db, sweepId }), ({ retried }) => retried),
	}),
	retryTrial: verb({
		input: trial,
		predict: (model, index) => rules.retryTrial(model, index),
		perform: ({ db, trialIds }, index) => refusal(retryTrial({ db, trialId: trialIds[index] ?? 'trl_of_nobody' })),
	}),
	extend: verb({
		input: fc.constantFrom(0, 7, 8),
		possible: ({ trials }) => trials.length <= trialsAtMost,
		predict: (model, seed) => rules.extend(model, seed),
		perform: async (real, seed) => {
			const { db, sweepId } = real;
			const call = extendSweep({ db, sweepId, extension: { seeds: [seed] } });
			const added = await refusal(call, (answer) => answer.added.trials);
			const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweepId} order by id`;
			real.trialIds = trials.map(({ id }) => id);
			return added;
		},
	}),
	deleteSweep: verb({
		input: fc.constant(null),
		predict: (model) => rules.deleteSweep(model),
		perform: ({ db, sweepId }) => refusal(deleteSweep({ db, sweepId })),
	}),
	relay: verb({
		input: fc.uniqueArray(trial, { maxLength: 2 }),
		predict: (model, refused) => rules.relay(model, refused),
		perform: ({ db, trialIds }, refused) => {
			const isRefused = new Set(refused.map((index) => trialIds[index]));
			return relayOutbox({
				db,
				send: async (batch) => ({
					successfulIds: batch.filter(({ message }) => !isRefused.has(message.trialId)).map(({ id }) => id),
				}),
			});
		},
	}),
	reconcile: verb({
		input: fc.constant(null),
		predict: (model) => rules.reconcile(model),
		perform: async (real) => {
			const lapsed = await real.db.sql<{ id: string }[]>`
				select id from trial where sweep_id = ${real.sweepId} and state = 'running' and lease_expires_at < now()`;
			const counts = await reconcile({ db: real.db, redispatchAfterSeconds: 60 });
			for (const { id } of lapsed) await delayRetries(real, id);
			return counts;
		},
	}),

	/** The worker has been silent for longer than its lease. */
	leaseLapses: passage({
		possible: ({ state }) => state === 'running',
		predict: (own) => {
			own.leaseLapsed = true;
		},
		perform: ({ sql }, id) => sql`update trial set lease_expires_at = now() - interval '1 second' where id = ${id}`,
	}),
	backOffPasses: passage({
		possible: ({ due, state }) => !due && state === 'queued',
		predict: (own) => {
			own.due = true;
		},
		perform: ({ sql }, id) => sql`
			with trial as (update trial set due_at = now() where id = ${id} returning id)
			update outbox set due_at = now() from trial where trial_id = trial.id`,
	}),
	/** Two minutes, doubled five times, have passed since the message was sent. */
	messageGetsOld: passage({
		possible: ({ sent, state }) => sent === 'lately' && state === 'queued',
		predict: (own) => {
			own.sent = 'long ago';
		},
		perform: ({ sql }, id) => sql`update trial set dispatched_at = now() - interval '1 day' where id = ${id}`,
	}),
	cancelIsIgnored: passage({
		possible: ({ cancel, state }) => cancel === 'asked' && state === 'running',
		predict: (own) => {
			own.cancel = 'overdue';
		},
		perform: ({ sql }, id) => sql`
			update trial set cancel_requested_at = now() - interval '21 seconds' where id = ${id}`,
	}),
	sweepRunsLong: verb({
		input: fc.constant(null),
		possible: ({ state }) => state === 'running',
		predict: (model) => {
			model.overtime = true;
			return null;
		},
		perform: async ({ db, sweepId }) => {
			await db.sql`update sweep set started_at = now() - interval '1 day', budget_since = null where id = ${sweepId}`;
			return null;
		},
	}),
};

/** How often each is drawn; what is not named, once. */
export const weights: { [name in keyof typeof verbs]?: number } = {
	claim: 10,
	cancelTrial: 2,
	heartbeat: 4,
	relay: 5,
	reconcile: 5,
	leaseLapses: 3,
	finish: 3,
	fail: 3,
	recordEpoch: 3,
	recordCheckpoint: 3,
	goOnFrom: 2,
	backOffPasses: 3,
	messageGetsOld: 6,
	acknowledgeCancel: 2,
	retryFailed: 2,
	release: 3,
};

/** The back-off is random and may be nothing: make it long, so that only `backOffPasses` ends it. */
async function delayRetries({ db }: Real, trialId: string): Promise<void> {
	await db.sql`
		with trial as (
			update trial set due_at = now() + interval '1 hour'
			where id = ${trialId} and state = 'queued' and exists (
				select from attempt where trial_id = trial.id and attempt_no = trial.attempt_no and outcome <> 'released'
			)
			returning id, dispatch_no
		)
		update outbox set due_at = now() + interval '1 hour' from trial
		where trial_id = trial.id and outbox.dispatch_no = trial.dispatch_no`;
}

function missingFrom(model: Model, { trial: index }: Caller): number {
	return (model.trials[index]?.curve.length ?? 0) + 1;
}

/** The newest checkpoint, an older one, or 0 for none. */
function startOf(model: Model, { trial: index }: Caller, place: number): number {
	return model.trials[index]?.checkpoints.at(-1 - place) ?? 0;
}

/** The epoch after the last, or the last once more: a worker whose write timed out repeats it. */
function nextEpoch(model: Model, by: Caller, again: boolean): number {
	const next = missingFrom(model, by);
	return again || next > model.epochs ? Math.max(1, next - 1) : next;
}

/** At most so many from the next one on; at least one. */
function nextEpochs(model: Model, by: Caller, count: number): number[] {
	const first = nextEpoch(model, by, false);
	return Array.from({ length: count }, (_, place) => first + place).filter(
		(epoch) => epoch === first || epoch <= model.epochs,
	);
}
