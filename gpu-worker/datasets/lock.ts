import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 250;

/**
 * Runs `action` while no other process or call holds the lock, and waits for it until then. An SQLite lock is a lock of the
 * kernel: it ends with its process, however that ends, so that nobody waits for a dead worker.
 */
export async function whileLocked<T>(file: string, action: () => Promise<T>): Promise<T> {
	// Imported late: Node warns on stderr that it is experimental, and most trainers never need it.
	const { DatabaseSync } = await import('node:sqlite');
	const database = new DatabaseSync(file);
	try {
		while (!tryLock(database)) await sleep(retryMs);
		return await action();
	} finally {
		database.close();
	}
}

function tryLock(database: DatabaseSync): boolean {
	try {
		database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
		return true;
	} catch (error) {
		if (/locked|busy/i.test((error as Error).message)) return false;
		throw error;
	}
}
