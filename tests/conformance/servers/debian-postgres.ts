import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import postgres from 'postgres';
import { freePort } from '../../support/stack.ts';
import { install, type Setting, Skipped, start } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const debianFolder = '/usr/lib/postgresql';

/** PostgreSQL as Debian packs it (15 in bookworm); the embedded one is 18. Answers its version and an address. */
export async function startDebianPostgres(setting: Setting): Promise<{ name: string; databaseUrl: string }> {
	const version = installedVersion();
	if (!version) throw new Skipped(`there is no PostgreSQL in ${debianFolder} (apt-get install postgresql)`);
	const bin = join(debianFolder, version, 'bin');
	const folder = await temporaryFolder(setting);
	const identity = await unprivileged(folder);
	const data = join(folder, 'data');
	const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
	if (identity) execFileSync(join(bin, 'initdb'), initdb, { ...identity, cwd: '/', stdio: 'ignore' });
	else await install(join(bin, 'initdb'), initdb);
	const port = await freePort();
	const databaseUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=200'];
	const args = ['-D', data, '-p', `${port}`, ...settings.flatMap((one) => ['-c', one])];
	await start(setting, join(bin, 'postgres'), args, () => answers(databaseUrl), identity ?? {});
	return { name: `PostgreSQL ${version}`, databaseUrl };
}

function installedVersion(): string | undefined {
	try {
		return readdirSync(debianFolder).sort().at(-1);
	} catch {
		return undefined;
	}
}

/** PostgreSQL refuses to run as root: Debian's package brings a user for it. */
async function unprivileged(folder: string): Promise<{ uid: number; gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
	const identity = { uid: idOf('-u'), gid: idOf('-g') };
	await chown(folder, identity.uid, identity.gid);
	return identity;
}

async function answers(url: string): Promise<boolean> {
	const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
	try {
		await sql`select 1`;
		return true;
	} catch {
		return false;
	} finally {
		await sql.end();
	}
}
