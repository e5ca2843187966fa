import { ApiError, UnreachableError } from '@basin/client';
import type { FieldError } from '@basin/core/contracts/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { printable } from './format.ts';
import type { Shell } from './shell.ts';

/** One place in the input that is wrong; `place` is a file and line, or nothing. */
export type Complaint = FieldError & { place?: string | undefined };

/** An end that the user can do something about: one sentence, perhaps the places, perhaps a hint. */
export class Failure extends Error {
	readonly exitCode: number;
	readonly hint: string | undefined;
	readonly complaints: Complaint[];

	constructor(exitCode: number, message: string, more: { hint?: string | undefined; complaints?: Complaint[] } = {}) {
		super(message);
		this.name = 'Failure';
		this.exitCode = exitCode;
		this.hint = more.hint;
		this.complaints = more.complaints ?? [];
	}
}

export function usageFailure(message: string, hint?: string, complaints: Complaint[] = []): Failure {
	return new Failure(exitCodes.usage, message, { hint, complaints });
}

/** Says what went wrong on stderr, without a stack, and returns the exit code. */
export function reportFailure(shell: Shell, thrown: unknown): number {
	const failure = explain(shell, thrown);
	shell.note(`${shell.styleNote('red', 'error:')} ${printable(failure.message)}`);
	if (failure.complaints.length > 0) shell.note(`\n${complaintLines(failure.complaints)}\n`);
	if (failure.hint !== undefined) shell.note(`${shell.styleNote('cyan', 'hint:')} ${printable(failure.hint)}`);
	return failure.exitCode;
}

function explain(shell: Shell, thrown: unknown): Failure {
	if (thrown instanceof Failure) return thrown;
	if (thrown instanceof ApiError) return explainRefusal(shell, thrown);
	if (thrown instanceof UnreachableError) {
		const hint =
			thrown.reason === 'notBasin'
				? 'name the address of Basin’s API with --url or BASIN_URL.'
				: 'start Basin with "npm start", or name another address with --url or BASIN_URL.';
		return new Failure(exitCodes.unreachable, thrown.message, { hint });
	}
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	return new Failure(exitCodes.failed, message);
}

function explainRefusal(shell: Shell, error: ApiError): Failure {
	const { problem } = error;
	const complaints = problem.errors ?? [];
	if (problem.status >= 500 || problem.status === 429) {
		const hint = `try again in a moment; the request was ${problem.requestId}.`;
		return new Failure(exitCodes.unreachable, problem.detail, { hint, complaints });
	}
	if (problem.status === 401)
		return usageFailure(problem.detail, 'give a token with BASIN_TOKEN or --token; "basin token create" makes one.');
	const hints: Partial<Record<typeof problem.code, string>> = {
		sweep_not_found: `"${shell.commandLine('list')}" shows the sweeps of ${shell.url}.`,
		baseline_not_found: `"${shell.commandLine('baseline', 'list')}" shows the baselines of ${shell.url}.`,
		trial_not_found: `"${shell.commandLine('trials', 'SWEEP')}" shows the trials of a sweep.`,
		idempotency_mismatch: 'use a new --idempotency-key for a changed spec, or none.',
	};
	return usageFailure(problem.detail, hints[problem.code], complaints);
}

/** `sweep.json:8   /grid/eta/0   must be greater than 0`, the columns aligned. */
function complaintLines(complaints: Complaint[]): string {
	const rows = complaints.map(({ place, pointer, message }) => [place ?? '', pointer || '(the whole spec)', message]);
	const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
	return rows
		.map(([place = '', pointer = '', message = '']) => {
			const cells = [place.padEnd(widths[0] as number), pointer.padEnd(widths[1] as number), message];
			return `  ${cells
				.filter((cell) => cell !== '')
				.map(printable)
				.join('  ')}`;
		})
		.join('\n');
}
