import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server of this machine, and can be cut like a cable. */
export type SeverableProxy = {
	port: number;
	/** Ends every connection and refuses new ones, until mended. */
	sever(): void;
	mend(): void;
	/** Times that somebody was refused since it was last cut. */
	refusals(): number;
	stop(): Promise<void>;
};

export async function startSeverableProxy(targetPort: number): Promise<SeverableProxy> {
	const sockets = new Set<Socket>();
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
		return socket;
	};
	let severed = false;
	let refusals = 0;
	const server = createServer((client) => {
		if (severed) {
			refusals++;
			client.destroy();
			return;
		}
		const upstream = keep(connect(targetPort, '127.0.0.1'));
		keep(client).pipe(upstream).pipe(client);
		client.on('close', () => upstream.destroy());
		upstream.on('close', () => client.destroy());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		port: (server.address() as AddressInfo).port,
		sever: () => {
			severed = true;
			refusals = 0;
			cut();
		},
		mend: () => {
			severed = false;
		},
		refusals: () => refusals,
		stop: async () => {
			cut();
			server.close();
			await once(server, 'close');
		},
	};
}
