import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { extendSweep } from '@basin/db/sweeps/extend.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { resumeSweep } from '@basin/db/sweeps/resume.ts';
import { retryFailed } from '@basin/db/sweeps/retry-failed.ts';
import { stopSweep } from '@basin/db/sweeps/stop.ts';
import { cancelTrial } from '@basin/db/trials/cancel.ts';
import { retryTrial } from '@basin/db/trials/retry.ts';
import fc from 'fast-check';
import * as rules from './owner-rules.ts';
import { refusal, trial, trialsAtMost, verb } from './verb.ts';

export const ownerVerbs = {
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
};
