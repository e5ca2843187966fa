import { createHash } from 'node:crypto';
import type { Configuration } from '../contracts/sweep-spec.ts';

/**
 * The configuration as text, equal for equal numbers: 0.1, 1e-1 and 0.10 are one number once parsed, and −0 is 0.
 * JavaScript prints a number as its shortest round-tripping form, so the text is canonical.
 */
export function configurationKey({ batchSize, eta, lambda }: Configuration): string {
	return `batchSize=${batchSize + 0};eta=${eta + 0};lambda=${lambda + 0}`;
}

/** Hexadecimal digits of a configuration's hash. */
export const hashLength = 16;

/** Names a configuration across sweeps: the first 16 hexadecimal digits of the SHA-256 of its key. */
export function configurationHash(configuration: Configuration): string {
	return createHash('sha256').update(configurationKey(configuration)).digest('hex').slice(0, hashLength);
}
