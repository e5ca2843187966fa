import { type ErrorCode, Problem } from '@basin/core/contracts/errors.ts';
import type { z } from 'zod';
import { statusOf, titleOf } from './errors.ts';

/** A response that is JSON of one contract. */
export function json<T extends z.ZodType>(schema: T, description: string) {
	return { description, content: { 'application/json': { schema } } };
}

type ProblemResponses = Record<number, { description: string; content: Record<string, { schema: z.ZodType }> }>;

/** The problem responses of a route, by the codes that it can answer with beside those of every route that needs a token. */
export function problems(...codes: ErrorCode[]): ProblemResponses {
	return openProblems(...codes, 'invalid_request', 'unauthenticated', 'insufficient_scope', 'unavailable');
}

/** The same for routes without a token. */
export function openProblems(...codes: ErrorCode[]): ProblemResponses {
	const all: ErrorCode[] = [...codes, 'forbidden', 'rate_limited', 'internal'];
	const byStatus = Map.groupBy(all, statusOf);
	return Object.fromEntries(
		[...byStatus].map(([status, group]) => [
			status,
			{
				description: group.map((code) => `\`${code}\`: ${titleOf(code)}.`).join(' '),
				content: { 'application/problem+json': { schema: Problem } },
			},
		]),
	);
}
