import { BasinError, type ErrorCode, type Problem } from '@basin/core/contracts/errors.ts';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isOutage } from './outage.ts';

/** The one place where a code becomes a status; a new code does not compile until it has one. */
const answers: Record<ErrorCode, { status: ContentfulStatusCode; title: string }> = {
	invalid_request: { status: 400, title: 'The request cannot be read' },
	invalid_spec: { status: 422, title: 'The sweep is not valid' },
	unauthenticated: { status: 401, title: 'No token that is valid' },
	forbidden: { status: 403, title: 'Not from here' },
	insufficient_scope: { status: 403, title: 'The token may not do this' },
	body_too_large: { status: 413, title: 'The body is too large' },
	unsupported_media_type: { status: 415, title: 'The body must be JSON' },
	method_not_allowed: { status: 405, title: 'Not a method of this resource' },
	not_found: { status: 404, title: 'No such resource' },
	sweep_not_found: { status: 404, title: 'No such sweep' },
	trial_not_found: { status: 404, title: 'No such trial' },
	token_not_found: { status: 404, title: 'No such token' },
	project_not_found: { status: 404, title: 'No such project' },
	webhook_not_found: { status: 404, title: 'No such webhook' },
	dataset_not_found: { status: 404, title: 'No such data set' },
	invalid_dataset: { status: 422, title: 'The files are not a data set' },
	upload_incomplete: { status: 409, title: 'Not all parts have arrived' },
	dataset_exists: { status: 409, title: 'The name is taken' },
	dataset_in_use: { status: 409, title: 'A sweep still needs it' },
	baseline_not_found: { status: 404, title: 'No such baseline' },
	not_comparable: { status: 422, title: 'Nothing to compare' },
	too_many_webhooks: { status: 409, title: 'No more webhooks' },
	already_terminal: { status: 409, title: 'Already ended' },
	state_conflict: { status: 409, title: 'Not in this state' },
	not_terminal: { status: 409, title: 'Not ended yet' },
	idempotency_mismatch: { status: 422, title: 'The idempotency key belongs to another request' },
	idempotency_in_progress: { status: 409, title: 'The first request with this key is still running' },
	project_exists: { status: 409, title: 'The name is taken' },
	tokens_off: { status: 409, title: 'Tokens cannot be made here' },
	rate_limited: { status: 429, title: 'Too many requests' },
	quota_exceeded: { status: 429, title: 'The project’s quota is used up' },
	unavailable: { status: 503, title: 'Not available now' },
	internal: { status: 500, title: 'Something went wrong in Basin' },
};

/** Seconds after which asking again makes sense, where the error itself does not know. */
const retryAfter: Partial<Record<ErrorCode, number>> = {
	unavailable: 1,
	idempotency_in_progress: 1,
	rate_limited: 1,
	quota_exceeded: 60,
};

/** Any error as one that may be told: what is not ours becomes `unavailable` or `internal`, without its words. */
export function toBasinError(error: unknown): BasinError {
	if (error instanceof BasinError) return error;
	if (error instanceof HTTPException) return fromHttpException(error);
	if (isOutage(error)) {
		return new BasinError('unavailable', 'A part that Basin needs does not answer; try again in a moment.');
	}
	return new BasinError('internal', 'The request failed; the log has the reason under this request id.');
}

/** Hono's own refusals; everything that it can say about a request is said here. */
function fromHttpException({ status }: HTTPException): BasinError {
	if (status === 415) return new BasinError('unsupported_media_type', 'Send the body as `application/json`.');
	if (status === 413) return new BasinError('body_too_large', 'The body is too large.');
	if (status < 500) return new BasinError('invalid_request', 'The request cannot be read.');
	return new BasinError('internal', 'The request failed; the log has the reason under this request id.');
}

/** Answers an error as `application/problem+json` (RFC 9457). */
export function respondProblem(c: Context, error: BasinError): Response {
	const { status, title } = answers[error.code];
	const problem: Problem = {
		type: `urn:basin:problem:${error.code}`,
		title,
		status,
		detail: error.message,
		code: error.code,
		requestId: c.get('requestId'),
		...(error.errors ? { errors: error.errors } : {}),
	};
	const retryAfterSeconds = error.retryAfterSeconds ?? retryAfter[error.code];
	if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
	if (error.code === 'unauthenticated') c.header('WWW-Authenticate', 'Bearer realm="basin"');
	return c.body(JSON.stringify(problem), status, { 'Content-Type': 'application/problem+json' });
}

export function statusOf(code: ErrorCode): number {
	return answers[code].status;
}

export function titleOf(code: ErrorCode): string {
	return answers[code].title;
}
