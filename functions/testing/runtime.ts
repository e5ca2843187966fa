/** Runs one function as Lambda does: a process that loads its module once and calls it with one event after the other. */
import process from 'node:process';

type Invocation = { id: number; event: unknown; timeoutMs: number };

const { handler } = (await import(process.argv[2]!)) as { handler: (event: unknown, context: object) => unknown };
process.send!({ type: 'ready' });

process.on('message', async ({ id, event, timeoutMs }: Invocation) => {
	const deadline = Date.now() + timeoutMs;
	const context = { awsRequestId: `request-${id}`, getRemainingTimeInMillis: () => deadline - Date.now() };
	try {
		process.send!({ type: 'answer', id, answer: (await handler(event, context)) ?? null });
	} catch (error) {
		process.send!({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
	}
});
process.on('disconnect', () => process.exit(0));
