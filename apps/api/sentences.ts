import { z } from 'zod';
import { closeMatch } from './close-match.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>;

/** Makes zod speak in the ends of sentences ("must be at least 1") wherever a contract has no words of its own. */
export function installSentences(): void {
	z.config({ localeError: sentenceFor });
}

function sentenceFor(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			return wrongType(issue);
		case 'invalid_value':
			return oneOf(issue.values, issue.input);
		case 'invalid_union':
			return wrongUnion(issue);
		case 'too_small':
			return tooSmall(issue);
		case 'too_big':
			return tooBig(issue);
		case 'unrecognized_keys':
			return issue.keys.map((key) => unknownKey(key, knownKeys(issue.inst))).join('\n');
		case 'invalid_key':
			return `has a key that ${issue.issues[0]?.message ?? 'is not valid'}`;
		default:
			return 'is not valid';
	}
}

const typeNames: Readonly<Record<string, string>> = {
	object: 'an object',
	record: 'an object',
	array: 'a list',
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
};

function wrongType({ expected, input }: IssueOf<'invalid_type'>): string {
	if (input === undefined) return 'is required';
	if (expected === 'string' && Array.isArray(input)) return 'must be given once';
	if (expected === 'number' && typeof input === 'number') return 'must be a finite number';
	return `must be ${typeNames[expected] ?? expected}`;
}

function oneOf(values: readonly unknown[], input: unknown): string {
	if (input === undefined) return 'is required';
	const words = values.map((value) => JSON.stringify(value) ?? String(value));
	const list = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words[0];
	const texts = values.filter((value) => typeof value === 'string');
	const meant = typeof input === 'string' ? closeMatch(input, texts) : undefined;
	return `must be ${list}${meant && words.length > 1 ? `; did you mean "${meant}"?` : ''}`;
}

function wrongUnion({ input, discriminator, options }: IssueOf<'invalid_union'>): string {
	if (input === undefined) return 'is required';
	if (discriminator === undefined || !Array.isArray(options)) return 'is not valid';
	const named = options.filter((option) => option !== undefined);
	return oneOf(named, (input as Record<string, unknown>)[discriminator]);
}

function tooSmall({ origin, minimum, inclusive }: IssueOf<'too_small'>): string {
	if (origin === 'array') return `needs at least ${minimum} value${Number(minimum) === 1 ? '' : 's'}`;
	if (origin === 'string') return Number(minimum) === 1 ? 'must not be empty' : `needs at least ${minimum} characters`;
	return `must be ${inclusive ? 'at least' : 'greater than'} ${minimum}`;
}

function tooBig({ origin, maximum, inclusive }: IssueOf<'too_big'>): string {
	if (origin === 'array') return `must have at most ${maximum} values`;
	if (origin === 'string') return `must have at most ${maximum} characters`;
	return `must be ${inclusive ? 'at most' : 'less than'} ${maximum}`;
}

/** A strict object's own keys; zod hands the schema that complained to the error map. */
function knownKeys(schema: unknown): string[] {
	return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unknownKey(key: string, known: readonly string[]): string {
	const meant = closeMatch(key, known);
	if (meant !== undefined) return `is unknown; did you mean "${meant}"?`;
	return known.length > 0 ? `is unknown; known are ${known.join(', ')}` : 'is unknown: nothing is taken here';
}
