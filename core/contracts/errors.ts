import { z } from 'zod';

/** Every error that can leave Basin has one of these codes; an edge maps each to its own words once. */
export const ErrorCode = z.enum([
	'invalid_request', // 400: not JSON, no body, a bad header or query parameter
	'invalid_spec', // 422: JSON, but not a valid sweep; `errors` points at each place
	'unauthenticated', // 401: no token, or one that is unknown, expired or revoked
	'forbidden', // 403: a foreign Host or Origin
	'insufficient_scope', // 403: the token may not do this
	'body_too_large', // 413
	'unsupported_media_type', // 415
	'method_not_allowed', // 405
	'not_found', // 404: no such route, sweep or trial
	'sweep_not_found',
	'trial_not_found',
	'token_not_found',
	'project_not_found',
	'webhook_not_found',
	'dataset_not_found',
	'invalid_dataset', // 422: the uploaded files are not a data set
	'upload_incomplete', // 409: finalize before every part has arrived
	'dataset_exists', // 409: the name is taken
	'baseline_not_found',
	'not_comparable', // 422: a gate between what cannot be compared
	'dataset_in_use', // 409: a sweep that has not ended trains on it
	'too_many_webhooks', // 409: the project has as many as it may
	'already_terminal', // 409: the sweep or trial has ended
	'state_conflict', // 409: the sweep is stopping or cancelling
	'not_terminal', // 409: only an ended sweep can be deleted
	'idempotency_mismatch', // 422: same key, other body
	'idempotency_in_progress', // 409: same key, first request still running
	'project_exists', // 409: the name is taken
	'tokens_off', // 409: this server has no key to make tokens with
	'rate_limited', // 429: too many requests
	'quota_exceeded', // 429: the project has as many trials waiting as it may
	'unavailable', // 503: a part that Basin stands on does not answer; retry
	'internal', // 500
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const FieldError = z
	.object({
		pointer: z.string().meta({
			description:
				'JSON pointer (RFC 6901) into the body; for the rest of the request it starts with /query, /path or /headers.',
			example: '/grid/eta/0',
		}),
		message: z.string(),
	})
	.meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457 problem details. */
export const Problem = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.int(),
		detail: z.string(),
		code: ErrorCode,
		requestId: z.string(),
		errors: z.array(FieldError).optional(),
	})
	.meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** Thrown by domain and db verbs; carries no HTTP status, no stack for users. */
export class BasinError extends Error {
	readonly code: ErrorCode;
	readonly errors: FieldError[] | undefined;
	/** When asking again makes sense; undefined where nobody knows. */
	readonly retryAfterSeconds: number | undefined;

	constructor(code: ErrorCode, message: string, errors?: FieldError[], retryAfterSeconds?: number) {
		super(message);
		this.name = 'BasinError';
		this.code = code;
		this.errors = errors;
		this.retryAfterSeconds = retryAfterSeconds;
	}
}
