import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 10_000;

/**
 * Stops the server that a killed start has left on this data, as its own clean shutdown would. A pid file whose process
 * is another program (after a reboot the number may be anyone's) is removed: PostgreSQL itself would refuse to start.
 */
export async function stopLeftover(dataDir: string): Promise<void> {
	const pidFile = join(dataDir, 'postmaster.pid');
	const pid = readPid(pidFile);
	if (pid === null) return;
	if (isPostgresOn(pid, dataDir)) {
		for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
			signalTo(pid, signal);
			for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(20)) {
				if (!isPostgresOn(pid, dataDir)) return;
			}
		}
		return;
	}
	await rm(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
	try {
		const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
		return Number.isInteger(pid) && pid > 1 ? pid : null;
	} catch {
		return null;
	}
}

/** A server works in its data folder, which Linux shows; elsewhere the program's name has to do. */
function isPostgresOn(pid: number, dataDir: string): boolean {
	try {
		process.kill(pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
	}
	try {
		if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDir);
		return execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).includes('postgres');
	} catch {
		return false;
	}
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It ended by itself.
	}
}
