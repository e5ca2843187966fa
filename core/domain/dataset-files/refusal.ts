import { BasinError } from '../../contracts/errors.ts';

/** The refusal of a file: one sentence that names the file or array and what is wrong with it. */
export function refusal(sentence: string): BasinError {
	return new BasinError('invalid_dataset', sentence);
}

/** 314572800 → `300 MiB`. */
export function mebibytes(bytes: number): string {
	return `${(bytes / 1024 / 1024).toLocaleString('en-US', { maximumFractionDigits: 1 })} MiB`;
}
