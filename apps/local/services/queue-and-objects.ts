import { Server } from 'node:net';
import { startFauxqs } from 'fauxqs';
import type { ServicesConfig } from './messages.ts';

export type QueueAndObjects = { port: number; stop(): Promise<void> };

/**
 * A message that was received and not deleted is seen again after this long. Short, because fauxqs still hands a message
 * to a worker that was killed while it waited; a message seen twice changes nothing.
 */
const visibilitySeconds = 10;

/** Starts SQS and S3 on one port of 127.0.0.1, with their data on disk, and makes the queue and the bucket. */
export async function startQueueAndObjects(
	config: NonNullable<ServicesConfig['queueAndObjects']>,
): Promise<QueueAndObjects> {
	bindLoopbackOnly();
	const server = await startFauxqs({
		port: config.port,
		logger: false,
		defaultRegion: config.region,
		dataDir: config.queueDir,
		s3StorageDir: config.objectsDir,
		init: {
			queues: [{ name: config.queueName, attributes: { VisibilityTimeout: String(visibilitySeconds) } }],
			buckets: [config.bucket],
		},
	});
	return { port: server.port, stop: () => server.stop() };
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
