import type { SweepExtensionInput } from '@basin/client';
import type { FieldError } from '@basin/core/contracts/errors.ts';
import { numberOrText } from '../spec-form/typed-text.ts';

/** What a sweep can get more of, with where it lies in the request. */
export const extensionFields = [
	{ name: 'seeds', label: 'Seeds', pointer: '/seeds' },
	{ name: 'batchSize', label: 'Batch sizes B', pointer: '/grid/batchSize' },
	{ name: 'eta', label: 'Learning rates η', pointer: '/grid/eta' },
	{ name: 'lambda', label: 'Momenta λ', pointer: '/grid/lambda' },
] as const;
export type ExtensionField = (typeof extensionFields)[number]['name'];

export type ExtensionValues = Record<ExtensionField, string[]>;

export const noExtension: ExtensionValues = { seeds: [], batchSize: [], eta: [], lambda: [] };

/** The request for what was typed; text that is no number is passed on, for the API to refuse in its own sentence. */
export function extensionOf({ seeds, ...grid }: ExtensionValues): SweepExtensionInput {
	const axes = Object.entries(grid).filter(([, values]) => values.length > 0);
	const numbers = (values: string[]) => values.map((text) => (isFull(text) ? 'full' : numberOrText(text)));
	const extension = {
		...(seeds.length > 0 && { seeds: numbers(seeds) }),
		...(axes.length > 0 && { grid: Object.fromEntries(axes.map(([name, values]) => [name, numbers(values)])) }),
	};
	return extension as SweepExtensionInput;
}

function isFull(text: string): boolean {
	return text.trim().toLowerCase() === 'full';
}

/** The API's sentences by field; those about no field, under `general`. */
export function extensionErrors(errors: readonly FieldError[]): Partial<Record<ExtensionField | 'general', string>> {
	const sentences: Partial<Record<ExtensionField | 'general', string>> = {};
	for (const { pointer, message } of errors) {
		const field = extensionFields.find((one) => pointer === one.pointer || pointer.startsWith(`${one.pointer}/`));
		sentences[field?.name ?? 'general'] ??= message;
	}
	return sentences;
}
