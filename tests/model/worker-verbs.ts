import { acknowledgeCancel } from '@basin/db/trials/cancelled.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { heartbeat } from '@basin/db/trials/heartbeat.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { resumeTrial } from '@basin/db/trials/resume.ts';
import fc from 'fast-check';
import { sampleArtifact, sampleCheckpoint, sampleDevice, sampleMetrics, sampleResult } from '../support/samples.ts';
import type { Model } from './model.ts';
import { attemptOf, attemptRef, type Caller, caller, delayRetries, trial, verb } from './verb.ts';
import * as rules from './worker-rules.ts';

export const workerVerbs = {
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
};

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
