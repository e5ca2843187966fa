import type { RunningFunction } from './function.ts';

export type HttpAnswer = { statusCode: number; headers: Record<string, string>; body: string };

/** Calls a function that streams, and waits for the whole answer. @param onText is told the body as it comes */
export async function request(
	api: RunningFunction,
	event: unknown,
	{ timeoutMs = 30_000, onText = (_: string) => {} } = {},
): Promise<HttpAnswer> {
	const answer: HttpAnswer = { statusCode: 0, headers: {}, body: '' };
	await api.invoke(event, {
		timeoutMs,
		onPart: (part) => {
			if (part.type === 'prelude') Object.assign(answer, part.prelude);
			else {
				answer.body += part.text;
				onText(part.text);
			}
		},
	});
	return answer;
}
