import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { newTokenId } from '@basin/core/domain/ids.ts';

/** `basin_`, the token's id, and 256 random bits: a scanner of repositories finds it, and a log line can name it by its id. */
const form = /^basin_([0-9a-hjkmnp-tv-z]{26})_[0-9a-f]{64}$/;

export type NewToken = { id: string; token: string; hmac: Buffer };

/** A token that nobody can guess, and what is stored of it. */
export function makeToken(key: string, nowMs: number): NewToken {
	const id = newTokenId(nowMs);
	const token = `basin_${id.slice('tok_'.length)}_${randomBytes(32).toString('hex')}`;
	return { id, token, hmac: hmacOf(key, token) };
}

/** The id that a token names itself by; undefined when the text is no token. Proves nothing. */
export function tokenIdOf(token: string): string | undefined {
	const [, id] = form.exec(token) ?? [];
	return id && `tok_${id}`;
}

/** Whether a token is the one of which `hmac` was stored; takes equally long for every wrong one. */
export function isToken(key: string, token: string, hmac: Uint8Array): boolean {
	return timingSafeEqual(hmacOf(key, token), hmac);
}

function hmacOf(key: string, token: string): Buffer {
	return createHmac('sha256', key).update(token).digest();
}
