import type { Device } from '@basin/core/contracts/device.ts';
import type { ArtifactRecord, EpochMetrics } from '@basin/core/contracts/training.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';
import { type CheckpointUploads, storePatienceMs } from './checkpoint-transfer.ts';
import type { Lease } from './lease.ts';
import { sentenceOf } from './log.ts';
import { withPatience } from './patience.ts';
import {
	type ArtifactStore,
	type CheckpointFile,
	type Clock,
	type Failure,
	type Log,
	PermanentError,
	type TrainerFile,
	type TrainingOutcome,
	type TrialLedger,
} from './ports.ts';

/** After a crash the last checkpoint may still be on its way; the next attempt is worth so long a wait. */
const settlePatienceMs = 30_000;

/** Thrown when the lease has stopped: nothing more may be written. */
export class Stopped extends Error {
	override name = 'Stopped';
}

/** All that one attempt writes. Each write is fenced, and tried until the database answers; a refusal stops the lease. */
export type Report = {
	/** Notes where the attempt begins; `refused` says why not at a newer checkpoint. Written before its first epoch. */
	recordStart(start: { epoch: number; refused: string[] }): void;
	/** Queues an epoch; epochs are written one after another, in order, while training goes on. */
	recordEpoch(metrics: EpochMetrics): void;
	/** Queues a checkpoint of the epochs so far; it is sent while training goes on. */
	recordCheckpoint(file: CheckpointFile): void;
	/** Aborts when training on is pointless because the database refuses an epoch for good. */
	readonly halted: AbortSignal;
	/**
	 * Writes what is left of the epochs, the files, then the outcome; `release`: all is stored, and the trial can be given back.
	 * @throws Stopped or GaveUp when the lease has stopped
	 */
	conclude(outcome: TrainingOutcome): Promise<'succeeded' | 'failed' | 'release'>;
	/** Ends the attempt as failed. @throws as `conclude` */
	fail(failure: Failure): Promise<'failed'>;
};

export function createReport(input: {
	assignment: TrialAssignment;
	ledger: TrialLedger;
	artifacts: ArtifactStore;
	checkpoints: CheckpointUploads;
	lease: Lease;
	clock: Clock;
	log: Log;
}): Report {
	const { assignment, ledger, artifacts, checkpoints, lease, clock, log } = input;
	const { trialId, attemptNo, sweepId } = assignment;
	const ref = { trialId, attemptNo };
	const patience = { clock, log, signal: lease.signal };
	const halt = new AbortController();
	let epochs: Promise<void> = Promise.resolve();

	const write = async (what: string, verb: () => Promise<boolean>) => {
		if (!(await lease.confirm())) throw new Stopped();
		if (await withPatience({ what, ...patience }, verb)) return;
		lease.stop('fenced');
		throw new Stopped();
	};

	const enqueue = (what: string, verb: () => Promise<boolean>) => {
		epochs = epochs.then(() => write(what, verb));
		epochs.catch(() => halt.abort());
	};

	const recordStart = ({ epoch, refused }: { epoch: number; refused: string[] }) => {
		log.info('training', { afterEpoch: epoch });
		for (const sentence of refused) log.warn('checkpoint refused', { cause: sentence });
		// Without checkpoints the claim itself has noted that the attempt begins at the start.
		if (assignment.checkpoints.length === 0) return;
		const note = refused.length === 0 ? null : refused.join(' ');
		enqueue('recording the start', () => ledger.resume({ ...ref, epoch, note }));
	};

	const upload = async (files: TrainerFile[]): Promise<ArtifactRecord[]> => {
		const records: ArtifactRecord[] = [];
		for (const file of files) {
			if (!(await lease.confirm())) throw new Stopped();
			const key = `sweeps/${sweepId}/trials/${trialId}/attempts/${attemptNo}/${file.name}`;
			const put = () => artifacts.put({ ...file, key, signal: lease.signal });
			const options = { what: 'storing an artifact', ...patience, patienceMs: storePatienceMs, timeoutMs: null };
			records.push(await withPatience(options, put));
		}
		return records;
	};

	const fail = async (
		failure: Failure,
		device: Device | null = null,
		records: ArtifactRecord[] = [],
	): Promise<'failed'> => {
		const { reason, message } = failure;
		log.warn('attempt failed', { reason, cause: message });
		const isFinal = failureBudgets[reason] === 0;
		if (!isFinal) await checkpoints.settled(settlePatienceMs);
		await write('recording the failure', () => ledger.fail({ ...ref, reason, message, device, artifacts: records }));
		if (isFinal) await checkpoints.removeAll();
		return 'failed';
	};

	const finish = async (outcome: Extract<TrainingOutcome, { type: 'finished' }>): Promise<'succeeded'> => {
		const startedAt = clock.now();
		const records = await upload(outcome.files);
		const artifactSeconds = outcome.result.artifactSeconds + (clock.now() - startedAt) / 1000;
		const result = { ...outcome.result, artifactSeconds };
		await write('recording the result', () =>
			ledger.finish({ ...ref, result, device: outcome.device, artifacts: records }),
		);
		await checkpoints.removeAll();
		return 'succeeded';
	};

	const concludeOnce = async (outcome: TrainingOutcome) => {
		await epochs;
		switch (outcome.type) {
			case 'stopped':
				throw new Stopped();
			case 'released':
				await checkpoints.settled();
				return 'release';
			case 'crashed':
				return fail(outcome);
			case 'failed':
				// A diverged trial keeps its curve even where its files cannot be kept.
				return fail(outcome, outcome.device, await upload(outcome.files).catch(onlyPermanent));
			case 'finished':
				return finish(outcome);
		}
	};

	return {
		recordStart,
		recordEpoch: (metrics) => enqueue('recording an epoch', () => ledger.recordEpoch({ ...ref, metrics })),
		recordCheckpoint: (file) => checkpoints.add(file, epochs),
		halted: halt.signal,
		conclude: async (outcome) => {
			try {
				return await concludeOnce(outcome);
			} catch (error) {
				if (lease.stopReason() !== null) throw error;
				return fail({ reason: 'infrastructure', message: `The trial could not be stored: ${sentenceOf(error)}` });
			}
		},
		fail: (failure) => fail(failure),
	};
}

function onlyPermanent(error: unknown): ArtifactRecord[] {
	if (error instanceof PermanentError) return [];
	throw error;
}
