import type { ChildProcess } from 'node:child_process';
import { type Child, keepRunning } from './child.ts';
import { ServicesAnswer, type ServicesConfig } from './services/messages.ts';
import { StartError } from './start-error.ts';

export type Services = { child: Child; postgresPort: number | null; queueAndObjectsPort: number | null };

const script = new URL('./services/main.ts', import.meta.url);

/**
 * Starts the services process and waits until all it was asked for answers. After a crash it comes back on the same ports,
 * so that nobody who uses it has to know.
 * @throws StartError with the sentence of what did not start
 */
export async function startServices(input: {
	config: ServicesConfig;
	env: Record<string, string | undefined>;
	logFile: string;
	/** The sentence says what happened to them. */
	onCrash: (sentence: string, againInSeconds: number) => void;
}): Promise<Services> {
	let config = input.config;
	const first = Promise.withResolvers<Extract<ServicesAnswer, { type: 'ready' }>>();
	let started = false;
	let lastSentence: string | null = null;

	const onStart = (child: ChildProcess) => {
		child.send(config, () => undefined);
		child.on('message', (message) => {
			const answer = ServicesAnswer.parse(message);
			if (answer.type === 'failed') {
				lastSentence = answer.sentence;
				return first.reject(new StartError(answer.sentence));
			}
			config = withPorts(config, answer);
			started = true;
			first.resolve(answer);
		});
	};
	const child = keepRunning({
		name: 'services',
		script,
		env: input.env,
		logFile: input.logFile,
		onStart,
		onCrash: (how, seconds) => {
			if (started) input.onCrash(lastSentence ?? `The embedded services ${how}.`, seconds);
			lastSentence = null;
			first.reject(new StartError(`The embedded services ${how}; ${input.logFile} says more.`));
		},
	});
	try {
		const { postgresPort, queueAndObjectsPort } = await first.promise;
		return { child, postgresPort, queueAndObjectsPort };
	} catch (error) {
		await child.stop(5_000);
		throw error;
	}
}

function withPorts(
	config: ServicesConfig,
	{ postgresPort, queueAndObjectsPort }: { postgresPort: number | null; queueAndObjectsPort: number | null },
): ServicesConfig {
	return {
		postgres: config.postgres && { ...config.postgres, port: postgresPort ?? 0 },
		queueAndObjects: config.queueAndObjects && { ...config.queueAndObjects, port: queueAndObjectsPort ?? 0 },
	};
}
