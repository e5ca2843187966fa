import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What postgres.js passes: its parsed options, of which these say where the server is. */
export type Address = { host: string[]; port: number[]; path?: string | false };

const pauseMs = 250;

/**
 * The `socket` option of a pool. A server that hangs up before its first byte (a proxy without its database) makes
 * postgres.js dial again at once and for ever: 400 times a second, and the statement never ended. With this, the dial that
 * follows fails after a pause, and its statement with it.
 */
export function createDial(): (address: Address) => Duplex {
	let hungUp = false;
	let dials = 0;
	return (address) => {
		if (hungUp) {
			hungUp = false;
			return deadLine();
		}
		const socket = open(address, dials++);
		socket.once('close', (hadError) => {
			if (!hadError && socket.bytesRead === 0) hungUp = true;
		});
		return socket;
	};
}

/** Not awaited: what is written before the connection stands waits in the socket, and its errors come as events. */
function open({ host, port, path }: Address, dials: number): Socket {
	if (path) return connect(path);
	const place = dials % host.length;
	// postgres.js reads `host` from it, for the certificate.
	return Object.assign(connect(port[place]!, host[place]!), { host: host[place] });
}

function deadLine(): Duplex {
	const line = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
	const error = Object.assign(new Error('The database hangs up before it answers.'), { code: 'CONNECTION_CLOSED' });
	setTimeout(() => line.destroy(error), pauseMs);
	return line;
}
