/**
 * Loaded into the trainer with `--import`: ends the process when its worker is gone, also in the middle of an epoch.
 * Training blocks the event loop, so a disconnect is seen only between epochs; a thread of its own sees it at once.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const intervalMs = 500;
/** Eight megabytes do not even start a thread of Node 22. */
const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

if (isMainThread) {
	new Worker(new URL(import.meta.url), { workerData: process.ppid, execArgv: [], resourceLimits: limits }).unref();
} else {
	setInterval(() => {
		if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
	}, intervalMs);
}
