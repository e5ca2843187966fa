/** The same answer, whose stream of events ends after so long, as if the sender had ended it; any other answer is left alone. */
export function endStreamAfter(response: Response, ms: number): Response {
	const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
	if (!isStream || response.body === null) return response;
	const reader = response.body.getReader();
	const timer = setTimeout(() => void reader.cancel(), Math.max(0, ms));
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await reader.read();
			if (!done) return controller.enqueue(value);
			clearTimeout(timer);
			controller.close();
		},
		cancel: (reason) => reader.cancel(reason),
	});
	return new Response(body, response);
}
