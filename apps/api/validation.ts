import { BasinError } from '@basin/core/contracts/errors.ts';
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

function unknownId({ path: [parameter], message }: { path: PropertyKey[]; message: string }): BasinError {
	if (parameter === 'name') return new BasinError('baseline_not_found', `The name of a baseline ${message}.`);
	return parameter === 'trialId'
		? new BasinError('trial_not_found', 'There is no trial with this id.')
		: new BasinError('sweep_not_found', 'There is no sweep with this id.');
}
