import type { z } from 'zod';

/** Far deeper than any contract; bounds the work that an absurd answer can make. */
const maxRounds = 20;

type Issue = z.core.$ZodIssue;

/**
 * Parses an answer. Requests are strict about keys that nobody knows; an answer must not be, or an older client would
 * refuse a newer server that says more. Keys that the contract does not have are left out of the result.
 */
export function parseAnswer<T extends z.ZodType>(contract: T, json: unknown): z.ZodSafeParseResult<z.output<T>> {
	let known = json;
	for (let round = 0; ; round++) {
		const parsed = contract.safeParse(known);
		const unknown = parsed.success ? [] : unknownKeys(parsed.error.issues);
		if (unknown.length === 0 || round === maxRounds) return parsed;
		known = structuredClone(known);
		for (const path of unknown) removeAt(known, path);
	}
}

/** A union reports each of its branches; a key that one branch lacks goes only when some branch lacks nothing else. */
function unknownKeys(issues: readonly Issue[], base: readonly PropertyKey[] = []): PropertyKey[][] {
	return issues.flatMap((issue) => {
		const path = [...base, ...issue.path];
		if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
		if (issue.code !== 'invalid_union') return [];
		const branch = issue.errors.find((errors) => errors.every((error) => error.code === 'unrecognized_keys'));
		return branch ? unknownKeys(branch, path) : [];
	});
}

function removeAt(value: unknown, path: readonly PropertyKey[]): void {
	const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], value);
	delete (holder as Record<PropertyKey, unknown>)[path.at(-1)!];
}
