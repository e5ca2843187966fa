import type { Db } from '@basin/db/client.ts';
import { type AttemptObject, findOrphans, forgetDeletedSweep, listDeletedSweeps } from '@basin/db/objects/orphans.ts';
import type { ObjectStore } from './adapters/s3-objects.ts';

/** Where attempts store what they make: artifacts and checkpoints. */
const prefixes = ['sweeps/', 'checkpoints/'] as const;
const attemptKey = /^(?:sweeps\/[^/]+\/trials|checkpoints\/[^/]+)\/([^/]+)\/(?:attempts\/)?(\d{1,9})\//;

/** Younger objects are left alone, whatever the database says: a minute of doubt costs nothing. */
const oldEnoughMs = 3_600_000;

/**
 * Deletes the objects of attempts that nothing points to, and what is left of deleted sweeps. Never what a running attempt
 * stores. Answers how many it deleted; stops between two pages when `signal` aborts.
 */
export async function sweepObjects(input: {
	db: Db;
	objects: ObjectStore;
	signal: AbortSignal;
	now?: () => number;
}): Promise<number> {
	const { db, objects, signal, now = Date.now } = input;
	let removed = 0;
	for (const prefix of prefixes) {
		for await (const page of objects.list(prefix)) {
			if (signal.aborted) return removed;
			const old = page.filter(({ storedAt }) => storedAt.getTime() < now() - oldEnoughMs);
			const orphans = await findOrphans({ db, objects: old.flatMap(({ key }) => parseKey(key)) });
			await objects.remove(orphans);
			removed += orphans.length;
		}
	}
	for (const sweepId of await listDeletedSweeps({ db })) {
		if (signal.aborted) return removed;
		removed += await emptySweep({ db, objects, sweepId });
	}
	return removed;
}

async function emptySweep({
	db,
	objects,
	sweepId,
}: {
	db: Db;
	objects: ObjectStore;
	sweepId: string;
}): Promise<number> {
	let removed = 0;
	for (const prefix of prefixes) {
		for await (const page of objects.list(`${prefix}${sweepId}/`)) {
			await objects.remove(page.map(({ key }) => key));
			removed += page.length;
		}
	}
	if (removed === 0) await forgetDeletedSweep({ db, sweepId });
	return removed;
}

function parseKey(key: string): AttemptObject[] {
	const [, trialId, attemptNo] = attemptKey.exec(key) ?? [];
	return trialId === undefined ? [] : [{ key, trialId, attemptNo: Number(attemptNo) }];
}
