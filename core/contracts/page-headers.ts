/** What browsers may do with answers; the API sends these, and so does what serves the web app in its place. */
export const pageHeaders = {
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	'Referrer-Policy': 'no-referrer',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

export const contentPolicies = {
	// Answers of the API are data: nothing in them may run or be framed.
	api: "default-src 'none'; frame-ancestors 'none'",
	webApp:
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	// Swagger UI writes style attributes and draws its icons from data: URLs.
	docs: "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** Vite puts a hash into every name under `assets/`, so those are kept for a year; the page itself is asked for every time. */
export const cacheControl = { asset: 'public, max-age=31536000, immutable', page: 'no-cache' } as const;
