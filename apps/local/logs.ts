import { copyFileSync, existsSync, readdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** With the one before it, each process keeps at most twice as much. */
const limitBytes = 50 * 2 ** 20;
const intervalMs = 60_000;

/** Keeps the log of the run before, and no older one. */
export function rotateLog(logFile: string): void {
	if (existsSync(logFile)) renameSync(logFile, `${logFile}.old`);
}

/**
 * Rotates logs that have become large, for as long as the stack runs. They are open in other processes, which append: so they are
 * copied and emptied, and a line that comes in between is lost.
 */
export function keepLogsSmall(logsDir: string): { stop(): void } {
	const timer = setInterval(() => trimLogs(logsDir, limitBytes), intervalMs).unref();
	return { stop: () => clearInterval(timer) };
}

export function trimLogs(logsDir: string, limit: number): void {
	for (const name of readdirSync(logsDir)) {
		const logFile = join(logsDir, name);
		if (!name.endsWith('.log') || statSync(logFile).size <= limit) continue;
		copyFileSync(logFile, `${logFile}.old`);
		truncateSync(logFile);
	}
}
