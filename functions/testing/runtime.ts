/** Runs one function as Lambda does: a process that loads its module once and calls it with one event after the other. */
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { installStreaming, responseStream, streamHandlerOf } from './response-stream.ts';

type Invocation = { id: number; event: unknown; timeoutMs: number };
type Handler = (event: unknown, context: object) => unknown;

installStreaming();
const { handler } = (await import(process.argv[2]!)) as { handler: Handler };
process.send!({ type: 'ready' });

async function call({ id, event, timeoutMs }: Invocation): Promise<unknown> {
	const deadline = Date.now() + timeoutMs;
	const context = { awsRequestId: `request-${id}`, getRemainingTimeInMillis: () => deadline - Date.now() };
	const streams = streamHandlerOf(handler);
	if (streams === undefined) return handler(event, context);
	const stream = responseStream((part) => process.send!({ type: 'part', id, part }));
	await streams(event, stream, context);
	return finished(stream);
}

process.on('message', async (invocation: Invocation) => {
	const { id } = invocation;
	try {
		process.send!({ type: 'answer', id, answer: (await call(invocation)) ?? null });
	} catch (error) {
		process.send!({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
	}
});
process.on('disconnect', () => process.exit(0));
