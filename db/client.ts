import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { createDial } from './dial.ts';
import { surviveLostConnections } from './transactions.ts';

/** Postgres type numbers (pg_type.oid). */
const oid = { json: 114, jsonb: 3802, bigint: 20, timestamptz: 1184 } as const;

/** A pool of connections; `sql` for statements that are written by hand, `orm` for those that are composed. */
export type Db = { readonly sql: Sql; readonly orm: PostgresJsDatabase; close(): Promise<void> };
export type Sql = postgres.Sql;
/** `Sql`, or the same inside a transaction. */
export type Queryable = postgres.ISql;

export type DatabaseOptions = {
	/** Connections at most; 1 in a Lambda function, where each instance serves one request. Default 10. */
	max?: number;
	/** Asked for at every connection, in place of the URL's password: a token that is valid for minutes. */
	password?: () => Promise<string>;
	/** A connection that takes longer fails; a database that was asleep takes 15 s. Default 10. */
	connectTimeoutSeconds?: number;
	/** A role to become, such as `basin_worker`; the login must be a member of it. */
	role?: string;
	applicationName?: string;
	/** False behind a proxy that cannot share prepared statements. Default true. */
	prepare?: boolean;
	/** A statement that runs longer is ended by the server. Default 15. */
	statementTimeoutSeconds?: number;
	/** A statement that waits longer for a lock fails, and may be tried again. Default 5. */
	lockTimeoutSeconds?: number;
};

/**
 * Opens a pool; connects when first used. Timestamps come out as ISO-8601 in UTC, bigint as a number (no count here
 * comes near 2⁵³).
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Db {
	const sql = postgres(url, {
		max: options.max ?? 10,
		prepare: options.prepare ?? true,
		idle_timeout: 30,
		connect_timeout: options.connectTimeoutSeconds ?? 10,
		...(options.password ? { password: options.password } : {}),
		onnotice: () => {},
		// Not in its types.
		...({ socket: createDial() } as object),
		connection: {
			application_name: options.applicationName ?? 'basin',
			statement_timeout: (options.statementTimeoutSeconds ?? 15) * 1000,
			lock_timeout: (options.lockTimeoutSeconds ?? 5) * 1000,
			idle_in_transaction_session_timeout: 30_000,
			TimeZone: 'UTC',
			...(options.role ? { role: options.role } : {}),
		},
	});
	surviveLostConnections(sql);
	const orm = drizzle(sql);
	// After drizzle(), which puts pass-through parsers and serializers on the client that it is given.
	sql.options.parsers[oid.timestamptz] = (text: string) => new Date(text).toISOString();
	sql.options.parsers[oid.bigint] = Number;
	for (const type of [oid.json, oid.jsonb]) {
		sql.options.serializers[type] = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
	}
	return { sql, orm, close: () => sql.end({ timeout: 5 }) };
}
