import type { Attempt, TrialWithAttempts } from '@basin/core/contracts/api.ts';
import type { Device } from '@basin/core/contracts/device.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { AttemptOutcome, FailureReason } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { selectTrials, toTrial } from './trial-row.ts';

/** A trial with all its attempts, first to last. @throws BasinError `trial_not_found` */
export async function getTrial({ db, trialId }: { db: Db; trialId: string }): Promise<TrialWithAttempts> {
	const [row] = await selectTrials(db.sql, db.sql`where trial.id = ${trialId}`);
	if (!row) throw trialNotFound(trialId);
	return { ...toTrial(row), attempts: await listAttempts(db, trialId) };
}

export function trialNotFound(trialId: string): BasinError {
	return new BasinError('trial_not_found', `There is no trial ${trialId}.`);
}

type AttemptRow = {
	attempt_no: number;
	worker_id: string;
	device: Device | null;
	resumed_epoch: number | null;
	outcome: AttemptOutcome | null;
	reason: FailureReason | null;
	message: string | null;
	started_at: string;
	ended_at: string | null;
};

async function listAttempts({ sql }: Db, trialId: string): Promise<Attempt[]> {
	const rows = await sql<AttemptRow[]>`
		select attempt_no, worker_id, device.body as device, resumed_epoch, outcome, reason, message, started_at, ended_at
		from attempt left join device on device.key = attempt.device_key
		where trial_id = ${trialId} order by attempt_no`;
	return rows.map((row) => ({
		attemptNo: row.attempt_no,
		workerId: row.worker_id,
		device: row.device,
		resumedEpoch: row.resumed_epoch,
		outcome: row.outcome,
		reason: row.reason,
		message: row.message,
		startedAt: row.started_at,
		endedAt: row.ended_at,
	}));
}
