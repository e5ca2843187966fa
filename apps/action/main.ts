import process from 'node:process';
import { exitCodes } from '@basin/cli/exit-codes.ts';
import { type Complaint, Failure } from '@basin/cli/failure.ts';
import { ApiError, UnreachableError } from '@basin/client';
import { type Log, runAction } from './action.ts';
import { readInputs, readRun } from './inputs.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.on(signal, () => interruption.abort(new Error('interrupted')));

/** Workflow commands: a line break would end one, and what follows could be another. */
const command = (name: string, text: string) =>
	`::${name}::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
/** What comes from elsewhere must not be read as a command. */
const plain = (text: string) => text.replace(/^::/gm, ' ::');

const log: Log = {
	info: (text) => console.log(plain(text)),
	notice: (text) => console.log(command('notice', text)),
	warning: (text) => console.log(command('warning', text)),
};

const placeText = ({ place, pointer, message }: Complaint) =>
	`  ${[place, pointer || '(the whole spec)', message].filter(Boolean).join('  ')}`;

/** One sentence, and the code of `basin` for it. */
function explain(error: unknown): { text: string; code: number } {
	if (interruption.signal.aborted) return { text: 'Interrupted; the sweep goes on.', code: exitCodes.interrupted };
	if (error instanceof Failure)
		return { text: [error.message, ...error.complaints.map(placeText)].join('\n'), code: error.exitCode };
	if (error instanceof UnreachableError) return { text: error.message, code: exitCodes.unreachable };
	if (error instanceof ApiError) {
		const isBusy = error.problem.status >= 500 || error.problem.status === 429;
		return { text: error.message, code: isBusy ? exitCodes.unreachable : exitCodes.usage };
	}
	return { text: error instanceof Error ? error.message : String(error), code: exitCodes.failed };
}

try {
	process.exitCode = await runAction(readInputs(process.env), readRun(process.env), log, interruption.signal);
} catch (error) {
	const { text, code } = explain(error);
	console.log(command('error', text));
	process.exitCode = code;
}
