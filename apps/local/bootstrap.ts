import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { sentenceOf } from '@basin/gpu-worker/log.ts';
import type { Secrets } from './home.ts';
import { superuser } from './services/postgres.ts';
import { StartError } from './start-error.ts';

const databaseName = 'basin';
/** The workers' login: it may do what `basin_worker` may, and that is to execute the fenced functions. */
const workerLogin = 'basin_worker_login';

export type DatabaseUrls = { databaseUrl: string; workerDatabaseUrl: string };

/** Brings the embedded server to the newest schema, with the workers' login. Safe at every start. */
export async function prepareDatabase(port: number, secrets: Secrets): Promise<DatabaseUrls> {
	const urlOf = (user: string, password: string, name: string) =>
		`postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
	const databaseUrl = urlOf(superuser, secrets.postgresPassword, databaseName);
	await makeDatabase(urlOf(superuser, secrets.postgresPassword, 'postgres'));
	await migrate(databaseUrl);
	await makeWorkerLogin(databaseUrl, secrets.workerPassword);
	return { databaseUrl, workerDatabaseUrl: urlOf(workerLogin, secrets.workerPassword, databaseName) };
}

/** Brings the user's own database to the newest schema. @throws StartError */
export async function prepareForeignDatabase(databaseUrl: string): Promise<void> {
	try {
		await migrate(databaseUrl);
	} catch (error) {
		throw new StartError(`The database of DATABASE_URL could not be prepared: ${sentenceOf(error)}`, { cause: error });
	}
}

async function makeDatabase(adminUrl: string): Promise<void> {
	const admin = openDatabase(adminUrl, { max: 1, applicationName: 'basin-start' });
	try {
		const [existing] = await admin.sql`select from pg_database where datname = ${databaseName}`;
		if (existing === undefined) await admin.sql`create database ${admin.sql(databaseName)}`;
	} finally {
		await admin.close();
	}
}

async function makeWorkerLogin(databaseUrl: string, password: string): Promise<void> {
	const { sql, close } = openDatabase(databaseUrl, { max: 1, applicationName: 'basin-start' });
	try {
		const [existing] = await sql`select from pg_roles where rolname = ${workerLogin}`;
		if (existing === undefined) await sql`create role ${sql(workerLogin)} login in role basin_worker`;
		// A utility statement takes no parameters; the password is ours and has no quote in it.
		await sql.unsafe(`alter role ${workerLogin} password '${password}'`);
	} finally {
		await close();
	}
}
