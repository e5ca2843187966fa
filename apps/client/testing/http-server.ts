import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export type SeenRequest = {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage['headers'];
	body: string;
	bytes: Buffer;
	atMs: number;
};

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export type TestServer = { baseUrl: string; requests: SeenRequest[]; close(): Promise<void> };

/** A real HTTP server on a free port of the loopback; `answer` decides, `requests` remembers. Closed with the test. */
export async function startServer(t: TestContext, answer: Answer): Promise<TestServer> {
	const requests: SeenRequest[] = [];
	const server = createServer(async (incoming, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk);
		const bytes = Buffer.concat(chunks);
		const url = new URL(incoming.url ?? '/', 'http://localhost');
		const seen: SeenRequest = {
			method: incoming.method ?? '',
			path: url.pathname,
			query: url.searchParams,
			headers: incoming.headers,
			body: bytes.toString(),
			bytes,
			atMs: performance.now(),
		};
		requests.push(seen);
		await answer(seen, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	t.after(close);
	return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

/** Answers in turn; the last one repeats. */
export function inTurn(...answers: Answer[]): Answer {
	let next = 0;
	return (request, response) => answers[Math.min(next++, answers.length - 1)]?.(request, response);
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
	return (_request, response) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(JSON.stringify(body));
	};
}

export function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}): Answer {
	const body = { type: `/problems/${code}`, title: code, status, detail, code, requestId: 'req_test' };
	return json(body, status, { 'content-type': 'application/problem+json', ...headers });
}

export function text(body: string, status = 200, contentType = 'text/html'): Answer {
	return (_request, response) => {
		response.writeHead(status, { 'content-type': contentType });
		response.end(body);
	};
}

/** Cuts the connection without an answer. */
export const reset: Answer = (_request, response) => {
	response.socket?.resetAndDestroy();
};

/** Promises more bytes than it sends, then cuts the connection. */
export const truncated: Answer = (_request, response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
	response.write('{"items":[', () => response.socket?.destroy());
};

export const silent: Answer = () => {};
