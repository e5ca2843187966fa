import { hostname } from 'node:os';
import { Device } from '@basin/core/contracts/device.ts';
import { z } from 'zod';
import { type Child, keepRunning } from './child.ts';
import { rotateLog } from './logs.ts';
import { workerEnvironment } from './settings.ts';

const script = new URL('../../gpu-worker/main.ts', import.meta.url);
const WorkerReady = z.object({ type: z.literal('ready'), device: Device });

export type Workers = {
	/** Lets each give its trial back, and ends those that do not within `patienceMs`. */
	stop(patienceMs: number): Promise<void>;
	kill(): void;
};

/** Starts the worker processes and keeps them running. */
export function startWorkers(input: {
	count: number;
	environment: Record<string, string | undefined>;
	logsDir: string;
	onReady: (device: Device) => void;
	onCrash: (name: string, how: string, againInSeconds: number) => void;
}): Workers {
	const { count, environment, logsDir, onReady, onCrash } = input;
	const workers = Array.from({ length: count }, (_, index): Child => {
		const name = `worker-${index + 1}`;
		const logFile = `${logsDir}/${name}.log`;
		rotateLog(logFile);
		return keepRunning({
			name,
			script,
			env: workerEnvironment(environment, `${hostname()}-${index + 1}`),
			logFile,
			onStart: (child) => {
				child.on('message', (message) => {
					const ready = WorkerReady.safeParse(message);
					if (ready.success) onReady(ready.data.device);
				});
			},
			onCrash: (how, seconds) => onCrash(name, how, seconds),
		});
	});
	return {
		stop: async (patienceMs) => {
			await Promise.all(workers.map((worker) => worker.stop(patienceMs)));
		},
		kill: () => {
			for (const worker of workers) worker.kill();
		},
	};
}
