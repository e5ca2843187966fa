import { SweepEvent } from '@basin/core/contracts/api.ts';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseAnswer } from './answers.ts';
import { ApiError, unreachable } from './errors.ts';
import { createSilence } from './silence.ts';
import { failureOf, parseJson, type TransportOptions } from './transport.ts';

export type WatchOptions = {
	/** Of the last event that was received, after a break. */
	lastEventId?: string | undefined;
	signal?: AbortSignal | undefined;
	/** The server says something every 15 s; silent for longer, the connection is dead. 40 s unless told. */
	silenceMs?: number;
};

export type ReceivedEvent = { id: string; event: SweepEvent };

/**
 * The events of a sweep over one connection, until it breaks or the server ends it; who wants more connects again with
 * the last id. Events that this client does not know are left out.
 * @throws ApiError when the server refuses, UnreachableError when the connection breaks, the signal's reason when aborted
 */
export async function* watchSweep(
	{ baseUrl, fetch }: Pick<TransportOptions, 'baseUrl' | 'fetch'>,
	sweepId: string,
	{ lastEventId, signal, silenceMs = 40_000 }: WatchOptions = {},
): AsyncGenerator<ReceivedEvent> {
	const silence = createSilence(silenceMs);
	const received: EventSourceMessage[] = [];
	const parser = createParser({ onEvent: (message) => received.push(message) });
	try {
		const response = await fetch(`${baseUrl}/v1/sweeps/${encodeURIComponent(sweepId)}/events`, {
			headers: { accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
			signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
		});
		if (!response.ok || response.body === null)
			throw failureOf(baseUrl, response, parseJson(await response.text())).error;
		const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
		for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
			silence.broken();
			parser.feed(chunk.value);
			for (const message of received.splice(0)) {
				const parsed = parseAnswer(SweepEvent, parseJson(message.data));
				if (parsed.success) yield { id: message.id ?? '', event: parsed.data };
			}
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw error instanceof ApiError ? error : unreachable(baseUrl, error);
	} finally {
		silence.end();
	}
}
