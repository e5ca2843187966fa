import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Context, MiddlewareHandler } from 'hono';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import type { ApiEnv } from '../deps.ts';

type Ctx = Context<ApiEnv>;

/** Counts requests in this process's memory, in windows of a minute; every refusal is a `rate_limited` with `Retry-After`. */
export type RateLimits = {
	/** For requests that show no token: counted by address. */
	strangers: MiddlewareHandler<ApiEnv>;
	/** @throws BasinError when this address has shown too many tokens that are not valid */
	requireWelcome(c: Ctx): Promise<void>;
	/** Notes a token that is not valid. */
	countRefusal(c: Ctx): Promise<void>;
	/** @throws BasinError when the token has asked too often */
	countToken(tokenId: string): Promise<void>;
};

/** From one address; a person mistypes a token now and then, a search for one asks millions of times. */
const refusalsPerMinute = 60;

/** @param requestsPerMinute of one token, and of one address without; undefined: nobody is counted */
export function createRateLimits(requestsPerMinute: number | undefined): RateLimits {
	if (requestsPerMinute === undefined) return unlimited;
	const minute = (points: number) => new RateLimiterMemory({ points, duration: 60 });
	const [addresses, tokens, refusals] = [
		minute(requestsPerMinute),
		minute(requestsPerMinute),
		minute(refusalsPerMinute),
	];
	return {
		strangers: async (c, next) => {
			const showsToken = c.req.path.startsWith('/v1/') && c.req.header('authorization') !== undefined;
			if (!showsToken) await count(addresses, addressOf(c));
			return next();
		},
		requireWelcome: async (c) => {
			const address = addressOf(c);
			const soFar = address === undefined ? null : await refusals.get(address);
			if (soFar !== null && soFar.remainingPoints <= 0) throw tooMany(soFar);
		},
		countRefusal: (c) => count(refusals, addressOf(c)),
		countToken: (tokenId) => count(tokens, tokenId),
	};
}

const unlimited: RateLimits = {
	strangers: (_, next) => next(),
	requireWelcome: async () => {},
	countRefusal: async () => {},
	countToken: async () => {},
};

async function count(limiter: RateLimiterMemory, key: string | undefined): Promise<void> {
	if (key === undefined) return;
	await limiter.consume(key).catch((refused: unknown) => {
		throw refused instanceof RateLimiterRes ? tooMany(refused) : refused;
	});
}

function tooMany({ msBeforeNext }: RateLimiterRes): BasinError {
	const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
	return new BasinError('rate_limited', `Too many requests: wait ${seconds} s.`, undefined, seconds);
}

/**
 * Who is connected, as the socket says; undefined on Lambda, where it is CloudFront, and everybody would pay for one.
 * `X-Forwarded-For` is whatever the caller likes, and not read.
 */
export function addressOf({ env }: Ctx): string | undefined {
	return env?.incoming?.socket.remoteAddress;
}
