// The package's own entry loads the stores of a dozen databases, 300 KiB of every Lambda bundle, and asks for `cluster`.
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
	export { RateLimiterMemory as default } from 'rate-limiter-flexible';
}

declare module 'rate-limiter-flexible/lib/RateLimiterRes.js' {
	export { RateLimiterRes as default } from 'rate-limiter-flexible';
}
