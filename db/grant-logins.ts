import { databaseLogins } from '@basin/core/contracts/database-logins.ts';
import { type DatabaseOptions, openDatabase } from './client.ts';

/**
 * Makes the logins of API and workers where the server signs them in by IAM (it has the role `rds_iam`), and gives them what this release
 * needs; elsewhere does nothing. For the owner of the schema, after migrating; safe again and from several processes at once.
 */
export async function grantLogins(url: string, options: Pick<DatabaseOptions, 'password'> = {}): Promise<void> {
	const db = openDatabase(url, { max: 1, applicationName: 'basin-migrate', ...options });
	try {
		const [server] = await db.sql`select from pg_roles where rolname = 'rds_iam'`;
		if (server === undefined) return;
		await db.sql.begin(async (sql) => {
			// Roles are the server's: one after the other, whatever the database.
			await sql`select pg_advisory_xact_lock(hashtext('basin logins'))`;
			for (const login of [databaseLogins.api, databaseLogins.worker]) {
				const [role] = await sql`select from pg_roles where rolname = ${login}`;
				if (role === undefined) await sql`create role ${sql(login)} login`;
				await sql`grant rds_iam to ${sql(login)}`;
			}
			const api = sql(databaseLogins.api);
			await sql`grant usage on schema public to ${api}`;
			await sql`grant select, insert, update, delete on all tables in schema public to ${api}`;
			await sql`grant usage on all sequences in schema public to ${api}`;
			await sql`grant execute on all functions in schema public to ${api}`;
			await sql`grant basin_worker to ${sql(databaseLogins.worker)}`;
		});
	} finally {
		await db.close();
	}
}
