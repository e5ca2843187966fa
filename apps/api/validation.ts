import { BasinError, type ErrorCode } from '@basin/core/contracts/errors.ts';
import { invalid } from '@basin/core/domain/spec-faults.ts';
import type { Hook } from '@hono/zod-openapi';
import type { ApiEnv } from './deps.ts';
import { fieldErrors } from './field-errors.ts';

/** Where each part of a request is pointed to; the body is the root. */
const bases: Readonly<Record<string, string[]>> = { json: [], query: ['query'], header: ['headers'] };

/** Turns what zod found into the error of the contract: 422 for a body, 400 for the rest, 404 for an impossible id. */
// biome-ignore lint/suspicious/noExplicitAny: the type that OpenAPIHono takes; nothing here reads the values.
export const refuseInvalid: Hook<any, ApiEnv, any, void> = (result) => {
	if (result.success) return;
	if (result.target === 'param') throw unknownId(result.error.issues[0]!);
	const errors = fieldErrors(result.error.issues, bases[result.target] ?? [result.target]);
	throw invalid(result.target === 'json' ? 'invalid_spec' : 'invalid_request', errors);
};

const unknownIds: Readonly<Record<string, readonly [ErrorCode, string]>> = {
	sweepId: ['sweep_not_found', 'sweep'],
	trialId: ['trial_not_found', 'trial'],
	datasetId: ['dataset_not_found', 'data set'],
	tokenId: ['token_not_found', 'token'],
};

function unknownId({ path, message }: { path: PropertyKey[]; message: string }): BasinError {
	const parameter = String(path[0]);
	if (parameter === 'name') return new BasinError('baseline_not_found', `The name of a baseline ${message}.`);
	const [code, thing] = unknownIds[parameter] ?? (['not_found', 'resource'] as const);
	return new BasinError(code, `There is no ${thing} with this id.`);
}
