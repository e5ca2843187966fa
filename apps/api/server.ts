import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Api } from './deps.ts';

export interface RunningServer {
	/** Where it listens, such as `http://127.0.0.1:8787`. */
	url: string;
	port: number;
	/** Takes no new requests, lets running ones finish for `graceMs`, then closes their connections. */
	stop(options?: { graceMs?: number }): Promise<void>;
}

/** Listens. @throws the error of the socket (`EADDRINUSE`, `EACCES`), before anything is served. */
export async function startServer(input: { app: Api; host: string; port: number }): Promise<RunningServer> {
	const { app, host, port } = input;
	const server = await new Promise<Server>((resolve, reject) => {
		const listening = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(listening)) as Server;
		listening.once('error', reject);
	});
	const bound = (server.address() as AddressInfo).port;
	return {
		url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
		port: bound,
		stop: ({ graceMs = 5000 } = {}) => close(server, graceMs),
	};
}

async function close(server: Server, graceMs: number): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	// A connection that is kept alive after its last answer would hold the server open for seconds.
	const sweep = setInterval(() => server.closeIdleConnections(), 20);
	const force = setTimeout(() => server.closeAllConnections(), graceMs);
	await closed;
	clearInterval(sweep);
	clearTimeout(force);
}
