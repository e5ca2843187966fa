import { readEnv } from '@basin/core/contracts/env.ts';
import { createLog, sentenceOf } from '@basin/gpu-worker/log.ts';
import { createShutdown } from '@basin/gpu-worker/shutdown.ts';
import { describeDevice, describeStart } from './banner.ts';
import { type Stack, startStack } from './stack.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs the embedded cloud until it is told to stop. */
async function main(): Promise<void> {
	const env = readEnv(process.env);
	let stack: Stack | null = null;
	const onForce = () => {
		say('Stopping at once.');
		void (stack?.force() ?? Promise.resolve()).finally(() => process.exit(1));
	};
	const shutdown = createShutdown({ onForce, now: () => performance.now(), log: createLog(() => undefined) });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => shutdown.request(signal));

	say('Basin is starting …');
	stack = await startStack({ source: process.env, env, say });
	if (!shutdown.signal.aborted) say(describeStart(stack));
	const { tellNews } = await import('./news.ts');
	const news = tellNews(stack.api.db, say);
	void stack.device.then((device) => shutdown.signal.aborted || say(describeDevice(device)));

	if (!shutdown.signal.aborted) {
		await new Promise<void>((resolve) => shutdown.signal.addEventListener('abort', () => resolve(), { once: true }));
	}
	say('Stopping: running trials are given back. Ctrl-C again stops at once.');
	news.stop();
	await stack.stop();
	say(`Stopped. The data stay in ${stack.home.path}.`);
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(sentenceOf(error));
		process.exit(1);
	},
);
