import { BasinError, type FieldError } from '../contracts/errors.ts';

/** More faults than this help nobody; a list of 10,000 equal values would make as many. */
const maxFieldErrors = 50;

/** @throws BasinError `invalid_spec` when there are faults. */
export function refuse(errors: readonly FieldError[]): void {
	if (errors.length > 0) throw invalid('invalid_spec', errors);
}

/** The error whose sentence names the first fault, and which carries them all (at most 50). */
export function invalid(code: 'invalid_spec' | 'invalid_request', errors: readonly FieldError[]): BasinError {
	const { pointer, message } = errors[0]!;
	const more = errors.length === 1 ? '' : `, and ${grouped(errors.length - 1)} more`;
	return new BasinError(code, `${pointer || 'The body'} ${message}${more}.`, errors.slice(0, maxFieldErrors));
}

/** 1000000 → `1,000,000`. */
export function grouped(value: number): string {
	return value.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

/** `1 seed`, `3 seeds`, `1,000 batch sizes`. */
export function counted(value: number, noun: string): string {
	return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}
