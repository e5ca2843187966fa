import type { FieldError } from '@basin/core/contracts/errors.ts';
import { axisNames } from './form-values.ts';

const foldedFields = [
	'optimizer',
	'weightDecay',
	'decay',
	'decayAt',
	'warmupEpochs',
	'trainExamples',
	'splitSeed',
	'engine',
	'initializer',
	'labels',
	'maxTrials',
	'maxSeconds',
	'maxFailedTrials',
];

/** Paths of the form's inputs, in the order in which the page shows them: the first with an error gets the focus. */
export const fieldOrder: readonly string[] = [
	'name',
	'dataset',
	'validation',
	'preset',
	'hidden',
	'activation',
	'layers',
	...axisNames.flatMap((axis) => [`${axis}.list`, `${axis}.from`, `${axis}.to`, `${axis}.steps`]),
	'seeds',
	'epochs',
	...foldedFields,
];

/** Inputs that are folded away until "Advanced" is opened. */
export const advancedFields: ReadonlySet<string> = new Set(foldedFields);

export type FormErrors = {
	/** A sentence for each input, by its path in the form. */
	fields: Record<string, string>;
	/** Sentences that belong to no input. */
	general: string[];
};

/** Puts each of the API's errors on the input that its JSON pointer means. `spec` is the body the pointers point into. */
export function formErrors(errors: FieldError[], spec: unknown): FormErrors {
	const byField = new Map<string, string[]>();
	const general: string[] = [];
	for (const error of errors) {
		const segments = parsePointer(error.pointer);
		const field = fieldOf(segments, spec);
		if (field === null)
			general.push(segments.length === 0 ? sentence(error.message) : `${error.pointer}: ${error.message}`);
		else byField.set(field, [...(byField.get(field) ?? []), messageOf(error.message, segments, spec)]);
	}
	return {
		fields: Object.fromEntries([...byField].map(([field, messages]) => [field, joinMessages(messages)])),
		general,
	};
}

/** The first input, in the page's order, that has an error. */
export function firstField(fields: Record<string, string>): string | undefined {
	return fieldOrder.find((field) => field in fields);
}

/** Segments of an RFC 6901 pointer, unescaped. */
export function parsePointer(pointer: string): string[] {
	if (pointer === '') return [];
	return pointer
		.slice(1)
		.split('/')
		.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function fieldOf(segments: string[], spec: unknown): string | null {
	const [first, second, third] = segments;
	switch (first) {
		case 'dataset':
			return second === undefined || second === 'name' ? 'dataset' : known(second);
		case 'model':
			return second === undefined ? 'preset' : known(second);
		case 'grid': {
			const axis = axisNames.find((name) => name === second);
			if (axis === undefined) return null;
			if (third !== undefined && !/^\d+$/.test(third)) return known(`${axis}.${third}`);
			return `${axis}.${Array.isArray(valueAt(spec, ['grid', axis])) ? 'list' : 'from'}`;
		}
		case 'optimizer':
			return second === undefined || second === 'kind' ? 'optimizer' : null;
		case 'schedule':
			return scheduleField(second, third);
		case 'budget':
			return second === undefined ? null : known(second);
		default:
			return first === undefined ? null : known(first);
	}
}

function scheduleField(part: string | undefined, member: string | undefined): string | null {
	if (part === 'warmup') return member === undefined || member === 'epochs' ? 'warmupEpochs' : null;
	if (part !== undefined && part !== 'decay') return null;
	if (member === 'at') return 'decayAt';
	return member === undefined || member === 'kind' ? 'decay' : null;
}

function known(field: string): string | null {
	return fieldOrder.includes(field) ? field : null;
}

/** An error inside a list names its entry, because the input holds them all. */
function messageOf(message: string, segments: string[], spec: unknown): string {
	const [, list, index, ...inside] = segments;
	if (list === 'layers' && index !== undefined) {
		return `Layer ${Number(index) + 1}${inside.length === 0 ? '' : `, ${inside.join('/')},`} ${message}`;
	}
	const isEntry = /^\d+$/.test(segments.at(-1) ?? '');
	const value = isEntry ? valueAt(spec, segments) : undefined;
	if (value === undefined) return sentence(message);
	return `${typeof value === 'string' ? `“${value}”` : value} ${message}`;
}

function sentence(message: string): string {
	return message.charAt(0).toUpperCase() + message.slice(1);
}

function joinMessages(messages: string[]): string {
	const shown = messages.slice(0, 3).join('; ');
	return messages.length > 3 ? `${shown}; and ${messages.length - 3} more` : shown;
}

function valueAt(body: unknown, segments: string[]): unknown {
	let at = body;
	for (const segment of segments) {
		if (typeof at !== 'object' || at === null) return undefined;
		at = (at as Record<string, unknown>)[segment];
	}
	return at;
}
