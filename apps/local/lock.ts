import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-error.ts';

export type Lock = {
	/** Says who holds the lock, for the message that another start gives. */
	describe(holder: string): void;
	release(): void;
};

/**
 * Takes the data folder for this process. An SQLite lock is a kernel lock: two starts cannot both get it, and it ends with
 * its process, however that ends. A file with a process id can promise neither.
 * @throws StartError when another process has it
 */
export function lockHome(lockFile: string, homePath: string): Lock {
	const holderFile = `${lockFile}.holder`;
	const database = new DatabaseSync(lockFile);
	try {
		database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
	} catch (error) {
		database.close();
		if (!/locked|busy/i.test((error as Error).message)) throw error;
		throw new StartError(
			`Basin already runs on ${homePath}${holderOf(holderFile)}: stop it, or set BASIN_HOME (and PORT) for a second one.`,
		);
	}
	rmSync(holderFile, { force: true });
	return {
		describe: (holder) => writeFileSync(holderFile, holder),
		release: () => {
			rmSync(holderFile, { force: true });
			database.close();
		},
	};
}

function holderOf(holderFile: string): string {
	try {
		return ` (${readFileSync(holderFile, 'utf8')})`;
	} catch {
		return '';
	}
}
