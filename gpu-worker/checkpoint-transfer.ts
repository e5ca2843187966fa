import { join } from 'node:path';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { refusalOf } from './checkpoints/resume.ts';
import type { Lease } from './lease.ts';
import { sentenceOf } from './log.ts';
import { withPatience } from './patience.ts';
import type { ArtifactStore, CheckpointFile, Clock, Log, TrialLedger } from './ports.ts';

/** An object store may be away this long before what depends on it is given up. */
export const storePatienceMs = 600_000;
/** Tidying up is worth two seconds: an object that stays costs little, and goes with the trial's others. */
const tidyPatience = { patienceMs: 2_000, timeoutMs: 2_000 };
/**
 * Fetches what a claim has offered to go on from, newest first; `refused` says which are gone or damaged.
 * @throws GaveUp when the store is away for too long, or the signal aborts
 */
export async function fetchCheckpoints(input: {
	assignment: TrialAssignment;
	artifacts: ArtifactStore;
	folder: string;
	signal: AbortSignal;
	clock: Clock;
	log: Log;
}): Promise<{ files: CheckpointFile[]; refused: string[] }> {
	const { assignment, artifacts, folder, ...rest } = input;
	const patience = { what: 'fetching a checkpoint', ...rest, patienceMs: storePatienceMs, timeoutMs: null };
	const files: CheckpointFile[] = [];
	const refused: string[] = [];
	for (const { epoch, key, sha256 } of assignment.checkpoints) {
		const path = join(folder, `resume-${epoch}.safetensors`);
		const found = await withPatience(patience, () => artifacts.fetch({ key, path, signal: rest.signal }));
		if (found === sha256) files.push({ epoch, path });
		else if (found === null) refused.push(refusalOf(epoch, 'it is no longer in the bucket.'));
		else refused.push(refusalOf(epoch, `it arrived damaged, with the SHA-256 ${found}.`));
	}
	return { files, refused };
}

/** Sends an attempt's checkpoints to the bucket while training goes on. What goes wrong with one never fails the attempt. */
export type CheckpointUploads = {
	/**
	 * Stores a checkpoint, then points the database to it, once `recorded` says that its epochs are there. Where the store is
	 * away, a newer one takes its place.
	 */
	add(file: CheckpointFile, recorded: Promise<void>): void;
	/** Waits until nothing is on its way, or for `patienceMs`; never rejects. */
	settled(patienceMs?: number): Promise<void>;
	/** For a trial that has ended: stops what is on its way and removes whatever any attempt so far has stored; never rejects. */
	removeAll(): Promise<void>;
};

export function createCheckpointUploads(input: {
	assignment: TrialAssignment;
	ledger: Pick<TrialLedger, 'recordCheckpoint'>;
	artifacts: ArtifactStore;
	lease: Lease;
	clock: Clock;
	log: Log;
}): CheckpointUploads {
	const { assignment, ledger, artifacts, lease, clock, log } = input;
	const { sweepId, trialId, attemptNo } = assignment;
	const prefix = `checkpoints/${sweepId}/${trialId}/`;
	const over = new AbortController();
	const signal = AbortSignal.any([lease.signal, over.signal]);
	let newest = new AbortController();
	let sending: Promise<void> = Promise.resolve();

	const send = async ({ epoch, path }: CheckpointFile, recorded: Promise<void>, superseded: AbortSignal) => {
		if (superseded.aborted || !(await lease.confirm())) return;
		const startedAt = clock.now();
		const key = `${prefix}${attemptNo}/epoch-${epoch}.safetensors`;
		const file = { key, name: 'checkpoint', path, contentType: 'application/octet-stream', signal };
		const { sizeBytes, sha256 } = await withPatience(
			{
				what: 'storing a checkpoint',
				clock,
				log,
				signal: AbortSignal.any([signal, superseded]),
				patienceMs: storePatienceMs,
				timeoutMs: null,
			},
			() => artifacts.put(file),
		);
		await recorded;
		const checkpoint = { epoch, key, sizeBytes, sha256 };
		const unneeded = await withPatience({ what: 'recording a checkpoint', clock, log, signal }, () =>
			ledger.recordCheckpoint({ trialId, attemptNo, checkpoint }),
		);
		if (unneeded === null) return lease.stop('fenced');
		log.info('checkpoint stored', { epoch, sizeBytes, seconds: (clock.now() - startedAt) / 1000 });
		for (const old of unneeded) await tidy(() => artifacts.remove(old));
	};

	const tidy = async (remove: () => Promise<void>) => {
		const patience = { what: 'removing checkpoints', clock, log, signal: new AbortController().signal };
		try {
			await withPatience({ ...patience, ...tidyPatience }, remove);
		} catch (error) {
			log.warn('old checkpoints stay in the bucket', { cause: sentenceOf(error) });
		}
	};

	return {
		add: (file, recorded) => {
			newest.abort();
			newest = new AbortController();
			const { signal: superseded } = newest;
			sending = sending
				.then(() => send(file, recorded, superseded))
				.catch((error) => {
					if (signal.aborted) return;
					log.warn('a checkpoint was not stored; training goes on', { epoch: file.epoch, cause: sentenceOf(error) });
				});
		},
		settled: async (patienceMs) => {
			const enough = new AbortController();
			const tooLong = patienceMs === undefined ? [] : [clock.sleep(patienceMs, enough.signal)];
			await Promise.race([sending, ...tooLong]);
			enough.abort();
		},
		removeAll: async () => {
			over.abort();
			await sending;
			// `retry-failed` may have begun a later attempt meanwhile, which goes on from its own.
			const isOver = (key: string) => Number(key.slice(prefix.length).split('/')[0]) <= attemptNo;
			await tidy(() => artifacts.removeUnder(prefix, isOver));
		},
	};
}
