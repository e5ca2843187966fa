/**
 * The embedded cloud's services in a process of their own: PostgreSQL, SQS and S3. Apart from the API, so that an upload
 * never stalls a request; and it ends them when the process that started it is gone, however that ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../start-error.ts';
import { type ServicesAnswer, ServicesConfig } from './messages.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { stopLeftover } from './postgres-leftover.ts';
import { type QueueAndObjects, startQueueAndObjects } from './queue-and-objects.ts';

/**
 * When the parent was killed, workers still store a last checkpoint and give their trials back: database and objects wait this
 * long for them, which is the four seconds of their last epoch and two for the release. A next start ends the wait, by
 * stopping the database; beside a database that is not ours it could not, so there is no wait.
 */
const orphanGraceMs = 6_500;

/** What is stored is on disk already. */
const closePatienceMs = 500;

let postgres: Postgres | null = null;
let queueAndObjects: QueueAndObjects | null = null;
let starting: Promise<void> = Promise.resolve();
let stopping = false;

async function start(config: ServicesConfig): Promise<void> {
	// First, and alone: until it is gone, the services of a killed start may still write to the queue's files.
	if (config.postgres !== null) await stopLeftover(config.postgres.dataDir);
	const [database, store] = await Promise.allSettled([
		config.postgres === null ? null : startPostgres(config.postgres),
		config.queueAndObjects === null ? null : startQueueAndObjects(config.queueAndObjects),
	]);
	if (database.status === 'fulfilled') postgres = database.value;
	if (store.status === 'fulfilled') queueAndObjects = store.value;
	if (database.status === 'rejected') throw database.reason;
	if (store.status === 'rejected') throw store.reason;
	postgres?.ended.then(() => {
		if (!stopping) {
			console.error('PostgreSQL ended by itself.');
			void stop(1);
		}
	});
	answer({ type: 'ready', postgresPort: postgres?.port ?? null, queueAndObjectsPort: queueAndObjects?.port ?? null });
}

async function stop(code: number, graceMs = 0): Promise<void> {
	if (stopping) return;
	stopping = true;
	await starting;
	if (graceMs > 0 && postgres !== null) await Promise.race([delay(graceMs), postgres.ended]);
	// An orphan's workers may still hold connections, which its end must not wait for: a next start may be waiting.
	await Promise.race([queueAndObjects?.stop(), ...(graceMs > 0 ? [delay(closePatienceMs)] : [])]);
	await postgres?.stop();
	process.exit(code);
}

function answer(message: ServicesAnswer): void {
	if (process.connected) process.send?.(message);
}

process.on('SIGTERM', () => void stop(0));
process.on('disconnect', () => void stop(0, orphanGraceMs));
process.once('message', (message) => {
	let failed = false;
	starting = start(ServicesConfig.parse(message)).catch((error: unknown) => {
		console.error(error);
		const cause = error instanceof Error ? error.message : String(error);
		const sentence = error instanceof StartError ? cause : `The embedded services did not start: ${cause}`;
		answer({ type: 'failed', sentence });
		failed = true;
	});
	void starting.then(() => {
		if (failed) void stop(1);
	});
});
