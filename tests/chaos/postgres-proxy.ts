import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** When the connection ends: before its statement has reached the server, or after it was executed and before the answer. */
export type Moment = 'before' | 'after';

export type PostgresProxy = {
	url: string;
	/** Ends the connection at its `statement`-th statement from now on, once. */
	cutAt(statement: number, moment: Moment): void;
	/** Statements since the last `cutAt`. */
	seen(): number;
	stop(): Promise<void>;
};

/** The messages of the protocol that make the server answer: a simple query, and the end of an extended one. */
const asksForAnswer = new Set(['Q'.charCodeAt(0), 'S'.charCodeAt(0)]);

/**
 * A proxy between a program and Postgres that ends a connection at a chosen statement: what the program sees when it, the
 * network or the server dies there. Counts the statements of all connections together.
 */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
	const target = new URL(databaseUrl);
	let plan: { statement: number; moment: Moment } | null = null;
	let seen = 0;
	const sockets = new Set<Socket>();

	const server = createServer((client) => {
		const upstream = connect(Number(target.port), target.hostname);
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => sockets.delete(socket));
		}
		let deaf = false;
		const end = () => {
			client.destroy();
			upstream.destroy();
		};
		const statements = createCounter(() => {
			seen++;
			if (plan?.statement !== seen) return true;
			const { moment } = plan;
			plan = null;
			if (moment === 'before') {
				end();
				return false;
			}
			deaf = true;
			return true;
		});
		client.on('data', (chunk) => {
			if (statements(chunk)) upstream.write(chunk);
		});
		// The first byte of an answer says that the statement was executed.
		upstream.on('data', (chunk) => (deaf ? end() : client.write(chunk)));
		client.on('close', () => upstream.destroy());
		upstream.on('close', () => client.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = new URL(databaseUrl);
	url.port = String((server.address() as AddressInfo).port);
	url.hostname = '127.0.0.1';
	return {
		url: url.href,
		cutAt: (statement, moment) => {
			seen = 0;
			plan = { statement, moment };
		},
		seen: () => seen,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Reads a client's messages and asks `onStatement` at each one whether to go on; answers false when not. */
function createCounter(onStatement: () => boolean): (chunk: Buffer) => boolean {
	let rest = Buffer.alloc(0);
	let started = false;
	return (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		for (;;) {
			// The first message has no letter before its length.
			const head = started ? 1 : 0;
			if (rest.length < head + 4) return true;
			const length = head + rest.readInt32BE(head);
			if (rest.length < length) return true;
			const isStatement = started && asksForAnswer.has(rest[0]!);
			rest = rest.subarray(length);
			started = true;
			if (isStatement && !onStatement()) return false;
		}
	};
}
