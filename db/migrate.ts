import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { type DatabaseOptions, openDatabase } from './client.ts';

/** Where the migrations lie; `meta/_journal.json` lists them in order. */
export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

const lockKey = 0x6261_7369; // 'basi'

/**
 * Brings a database to the newest schema. Safe to call from several processes at once, and again.
 * The login must own the database and may create roles (or `basin_worker` exists already).
 */
export async function migrate(url: string, options: Pick<DatabaseOptions, 'password'> = {}): Promise<void> {
	// Whoever starts second waits for the lock until the first has migrated.
	const patience = { statementTimeoutSeconds: 600, lockTimeoutSeconds: 600 };
	const db = openDatabase(url, { max: 1, applicationName: 'basin-migrate', ...patience, ...options });
	try {
		// drizzle's migrator takes no lock of its own; one connection, so the lock is held by the one that migrates.
		await db.sql`select pg_advisory_lock(${lockKey})`;
		await applyMigrations(db.orm, { migrationsFolder });
		await db.sql`select pg_advisory_unlock(${lockKey})`;
	} finally {
		await db.close();
	}
}
