import type { Db } from '@basin/db/client.ts';
import { expireRecords } from '@basin/db/reconcile/expire-records.ts';
import { redispatchStranded } from '@basin/db/reconcile/redispatch.ts';
import type { ObjectStore } from './adapters/s3-objects.ts';
import type { Log } from './log.ts';
import { sweepObjects } from './sweep-objects.ts';

/** No upload of ours takes a day: its worker was killed. */
const abandonedAfterMs = 86_400_000;

/** Throws away old records, orphaned objects and abandoned uploads, and finds trials that wait with no message on its way. For once an hour. */
export async function keepHouse(input: {
	db: Db;
	log: Log;
	/** Unset: nobody looks into the bucket. */
	objects: ObjectStore | undefined;
	signal: AbortSignal;
}): Promise<void> {
	const { db, log, objects, signal } = input;
	const expired = await expireRecords(db);
	const redispatched = await redispatchStranded(db);
	const orphans = objects === undefined ? 0 : await sweepObjects({ db, objects, signal });
	const abortedUploads = (await objects?.abortUploads(new Date(Date.now() - abandonedAfterMs))) ?? 0;
	const changes = { ...expired, redispatched, orphans, abortedUploads };
	if (Object.values(changes).some((count) => count > 0)) log.info('housekeeping', changes);
}
