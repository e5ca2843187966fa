import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '@basin/db/client.ts';
import fc from 'fast-check';
import type { Attempt, Model, ModelTrial } from './model.ts';

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

export const trialsAtMost = 3;
/** Mostly the first: what takes many steps must happen to one trial. */
export const trial = fc.oneof(
	{ weight: 5, arbitrary: fc.constant(0) },
	{ weight: 3, arbitrary: fc.nat(trialsAtMost - 1) },
);
/** Which attempt calls: mostly the newest, else one that lost the trial, or one that was never made. */
export const caller = fc.record({
	trial,
	behind: fc.oneof(
		{ weight: 6, arbitrary: fc.constant(0) },
		{ weight: 2, arbitrary: fc.constantFrom(1, 2) },
		{ weight: 1, arbitrary: fc.constant(-1) },
	),
});
export type Caller = { trial: number; behind: number };

export const attemptOf = (model: Model, { trial: index, behind }: Caller): Attempt => ({
	trial: index,
	attemptNo: Math.max(1, (model.trials[index]?.attempts.length ?? 1) - behind),
});

/** What a caller sees: null, or what `told` makes of the answer; or the code of the refusal. */
export const refusal = async <T>(call: Promise<T>, told: (answer: T) => unknown = () => null): Promise<unknown> => {
	try {
		return told(await call);
	} catch (error) {
		if (error instanceof BasinError) return error.code;
		throw error;
	}
};

export function verb<Input>(definition: Verb<Input>): Verb<Input> {
	return definition;
}

/** Something that only the newest attempt's rows tell of, made so in the database. */
export function passage(input: {
	possible: (trial: ModelTrial) => boolean;
	predict: (trial: ModelTrial) => void;
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

export const attemptRef = ({ db, trialIds }: Real, { trial: index, attemptNo }: Attempt) => ({
	db,
	trialId: trialIds[index] ?? 'trl_of_nobody',
	attemptNo,
});

/** The back-off is random and may be nothing: make it long, so that only `backOffPasses` ends it. */
export async function delayRetries({ db }: Real, trialId: string): Promise<void> {
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
