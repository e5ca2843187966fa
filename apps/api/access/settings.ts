import type { Env } from '@basin/core/contracts/env.ts';
import { loopbackHosts } from '../security.ts';
import type { Access } from './identity.ts';

/** The part of what the API stands on that says who may come in. */
export type AccessSettings = {
	access: Access;
	allowedHosts: readonly string[] | 'any';
	requestsPerMinute: number | undefined;
};

/**
 * Who may come in by an environment. A loopback address is open to everybody on this machine, unless BASIN_TOKEN_KEY says that
 * tokens are wanted there too; everywhere else every request needs one.
 * @param ownKey for tokens where the environment names none: the embedded stack keeps one
 * @throws Error when others can reach the address and there is no key to know them by
 */
export function accessOf(env: Env, ownKey?: string): AccessSettings {
	const open = isLoopback(env.BASIN_HOST) && env.BASIN_TOKEN_KEY === undefined;
	const tokenKey = env.BASIN_TOKEN_KEY ?? ownKey;
	if (open) return { access: { open, tokenKey }, allowedHosts: loopbackHosts, requestsPerMinute: undefined };
	if (tokenKey === undefined) {
		throw new Error(
			`BASIN_HOST is ${env.BASIN_HOST}, where others can reach Basin: set BASIN_TOKEN_KEY (\`openssl rand -hex 32\`), so that every request needs a token.`,
		);
	}
	return withTokens(env, tokenKey);
}

/**
 * For places that are never open.
 * @throws Error without BASIN_TOKEN_KEY
 */
export function closedAccessOf(env: Env): AccessSettings {
	if (env.BASIN_TOKEN_KEY !== undefined) return withTokens(env, env.BASIN_TOKEN_KEY);
	throw new Error('BASIN_TOKEN_KEY must be set: every request needs a token here.');
}

export function isLoopback(host: string): boolean {
	return ['127.0.0.1', 'localhost', '::1'].includes(host);
}

/** A foreign page cannot send a token that it does not know, so any name may lead here; its `Origin` is still refused. */
function withTokens(env: Env, tokenKey: string): AccessSettings {
	return {
		access: { open: false, tokenKey },
		allowedHosts: 'any',
		requestsPerMinute: env.BASIN_REQUESTS_PER_MINUTE,
	};
}
