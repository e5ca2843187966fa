import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startFauxqs } from 'fauxqs';
import type { ServicesConfig } from './messages.ts';
import { deadLetterNameOf } from './queue-names.ts';

export type QueueAndObjects = { port: number; stop(): Promise<void> };

/**
 * A message that was received and not deleted is seen again after this long. Short, because fauxqs still hands a message
 * to a worker that was killed while it waited; a message seen twice changes nothing.
 */
const visibilitySeconds = 10;

/**
 * A message that was handed out so often without an answer is put aside: ten times ten seconds are longer than a restart of
 * the database.
 */
const maxReceiveCount = 10;

const unlockPatienceMs = 10_000;

/** Starts SQS and S3 on one port of 127.0.0.1, with their data on disk, and makes the queue and the bucket. */
export async function startQueueAndObjects(
	config: NonNullable<ServicesConfig['queueAndObjects']>,
): Promise<QueueAndObjects> {
	bindLoopbackOnly();
	const deadLetterQueueName = deadLetterNameOf(config.queueName);
	const server = await onceUnlocked(() =>
		startFauxqs({
			port: config.port,
			logger: false,
			defaultRegion: config.region,
			dataDir: config.queueDir,
			s3StorageDir: config.objectsDir,
			init: {
				queues: [
					{ name: deadLetterQueueName },
					{ name: config.queueName, attributes: { VisibilityTimeout: String(visibilitySeconds) } },
				],
				buckets: [config.bucket],
			},
		}),
	);
	await setRedrivePolicy(server.port, config, deadLetterQueueName);
	return { port: server.port, stop: () => server.stop() };
}

/** The services of a killed start let go of the files a moment after their database is gone. */
async function onceUnlocked<T>(start: () => Promise<T>): Promise<T> {
	for (const deadline = Date.now() + unlockPatienceMs; ; await delay(50)) {
		try {
			return await start();
		} catch (error) {
			if (Date.now() > deadline || !(error instanceof Error && /database is locked/.test(error.message))) throw error;
		}
	}
}

/** Not with the queue's making: a data folder from before there were dead letters has a queue without. */
async function setRedrivePolicy(
	port: number,
	{ queueName, region }: { queueName: string; region: string },
	deadLetterQueueName: string,
): Promise<void> {
	const deadLetterTargetArn = `arn:aws:sqs:${region}:000000000000:${deadLetterQueueName}`;
	const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) };
	const endpoint = `http://127.0.0.1:${port}`;
	const answer = await fetch(endpoint, {
		method: 'POST',
		headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SetQueueAttributes' },
		body: JSON.stringify({ QueueUrl: `${endpoint}/000000000000/${queueName}`, Attributes }),
	});
	if (!answer.ok) throw new Error(`The embedded queue refused its dead-letter queue: HTTP ${answer.status}.`);
}

/** fauxqs binds 0.0.0.0 and has no option for it; unsigned requests from the network must not reach it. */
function bindLoopbackOnly(): void {
	const { listen } = Server.prototype;
	Server.prototype.listen = function (this: Server, ...args: unknown[]) {
		const [options] = args;
		if (typeof options === 'object' && options !== null) Object.assign(options, { host: '127.0.0.1' });
		return Reflect.apply(listen, this, args);
	} as typeof listen;
}
