import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the proxy does to a call. `refuse`: 503, not executed. `drop`: the connection ends, not executed. `loseAnswer`:
 * executed, but the caller never hears of it. `repeat`: executed three times. `partial`: of a batch of messages only some
 * are sent, and the answer says so.
 */
export const faults = ['refuse', 'drop', 'loseAnswer', 'delay', 'repeat', 'partial'] as const;
export type Fault = (typeof faults)[number];

export type FaultProxy = {
	url: string;
	/** How often each fault was done. */
	counts: Record<Fault, number>;
	/** No more faults from now on. */
	heal(): void;
	stop(): Promise<void>;
};

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * An HTTP proxy in front of SQS and S3.
 * @param choose the fault of this call, or null; `partial` and `repeat` can be done to batches of messages only
 */
export async function startFaultProxy(input: {
	target: string;
	choose: (isBatch: boolean) => Fault | null;
	random: () => number;
}): Promise<FaultProxy> {
	const { target, random } = input;
	const counts = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
	let healed = false;

	const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await read(incoming);
		const isBatch = incoming.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch';
		const fault = healed ? null : input.choose(isBatch);
		if (fault) counts[fault]++;
		if (fault === 'drop') return void incoming.socket.destroy();
		if (fault === 'refuse') return void response.writeHead(503).end();
		if (fault === 'delay') await sleep(random() * 1_000);
		const answer =
			fault === 'partial' ? await sendSome(target, incoming, body, random) : await forward(target, incoming, body);
		if (fault === 'repeat') for (let copy = 0; copy < 2; copy++) await forward(target, incoming, body);
		if (fault === 'loseAnswer') return void incoming.socket.destroy();
		response.writeHead(answer.status, answer.headers).end(answer.body);
	};
	const server = createServer((incoming, response) => {
		handle(incoming, response).catch(() => incoming.socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		counts,
		heal: () => {
			healed = true;
		},
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

async function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
	const { 'transfer-encoding': _, ...kept } = headers;
	const sent = { ...kept, 'content-length': String(body.length) };
	return new Promise((resolve, reject) => {
		const outgoing = request(`${target}${url}`, { method, headers: sent }, async (answer) => {
			const { 'transfer-encoding': __, ...told } = answer.headers;
			resolve({ status: answer.statusCode!, headers: told, body: await read(answer) });
		});
		outgoing.on('error', reject).end(body);
	});
}

type Batch = { Entries: { Id: string }[] };
type BatchAnswer = { Successful?: object[]; Failed?: object[] };

/** Sends the entries that luck is with, at least none, and answers `Failed` for the others. */
async function sendSome(
	target: string,
	incoming: IncomingMessage,
	body: Buffer,
	random: () => number,
): Promise<Answer> {
	const batch = JSON.parse(body.toString()) as Batch;
	const lucky = batch.Entries.filter(() => random() < 0.5);
	const failed = batch.Entries.filter((entry) => !lucky.includes(entry)).map(({ Id }) => ({
		...{ Id, Code: 'InternalError', Message: 'The queue had no luck.', SenderFault: false },
	}));
	const told: BatchAnswer = { Successful: [], Failed: failed };
	let headers: IncomingHttpHeaders = { 'content-type': 'application/x-amz-json-1.0' };
	if (lucky.length > 0) {
		const answer = await forward(target, incoming, Buffer.from(JSON.stringify({ ...batch, Entries: lucky })));
		headers = answer.headers;
		told.Successful = (JSON.parse(answer.body.toString()) as BatchAnswer).Successful ?? [];
	}
	const text = Buffer.from(JSON.stringify(told));
	return { status: 200, headers: { ...headers, 'content-length': String(text.length) }, body: text };
}
