import { SweepId, TrialId } from '@basin/core/contracts/ids.ts';
import { InvalidArgumentError, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';

/** An id as typed or pasted; a wrong one is refused before anything is sent. */
export function sweepIdArgument(value: string): string {
	if (TrialId.safeParse(value).success)
		throw new InvalidArgumentError('That is a trial; a sweep’s id starts with swp_.');
	return idOf(SweepId, value, 'swp_');
}

export function trialIdArgument(value: string): string {
	if (SweepId.safeParse(value).success)
		throw new InvalidArgumentError(
			'That is a sweep; a trial’s id starts with trl_ ("basin trials" and "basin leaderboard --json" show them).',
		);
	return idOf(TrialId, value, 'trl_');
}

function idOf(schema: typeof SweepId, value: string, prefix: string): string {
	const parsed = schema.safeParse(value.trim());
	if (!parsed.success) throw new InvalidArgumentError(`An id is ${prefix} and 26 letters and digits.`);
	return parsed.data;
}

export function positiveInteger(value: string): number {
	const number = Number(value);
	if (!Number.isSafeInteger(number) || number < 1)
		throw new InvalidArgumentError('It must be a whole number of at least 1.');
	return number;
}

export function wholeNumber(value: string): number {
	const number = Number(value);
	if (value.trim() === '' || !Number.isSafeInteger(number) || number < 0)
		throw new InvalidArgumentError('It must be a whole number of at least 0.');
	return number;
}

export function finiteNumber(value: string): number {
	const number = Number(value);
	if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It must be a number.');
	return number;
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of `90s`, `30m`, `2h`, `1h30m`, or a bare number of seconds. */
export function durationOption(value: string): number {
	const parts = [...value.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
	const seconds = /^\d+(\.\d+)?$/.test(value)
		? Number(value)
		: parts.reduce((sum, [, number, unit]) => sum + Number(number) * unitSeconds[unit as keyof typeof unitSeconds], 0);
	const isWhole = parts.length === 0 || parts.map(([text]) => text).join('') === value;
	if (!isWhole || !(seconds > 0) || seconds > 30 * unitSeconds.d)
		throw new InvalidArgumentError('It must be a time such as 90s, 30m, 2h or 1h30m, of at most 30 days.');
	return seconds;
}

/** `--timeout`: how long to wait for the end of a sweep. */
export function timeoutOption(): Option {
	return new Option(
		'--timeout <time>',
		`give up waiting after 90s, 30m, 2h (exit ${exitCodes.timeout}); the sweep goes on`,
	).argParser(durationOption);
}

export function idempotencyKeyOption(value: string): string {
	if (!/^[\x21-\x7e]{1,255}$/.test(value))
		throw new InvalidArgumentError('It must be 1 to 255 visible ASCII characters without spaces.');
	return value;
}

export function urlOption(value: string): string {
	const url = URL.parse(value);
	if (url === null || !/^https?:$/.test(url.protocol))
		throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:8787.');
	return value;
}

/** What an HTTP header can carry; anything else was pasted with something around it. */
export function tokenOption(value: string): string {
	if (!/^[\x21-\x7e]+$/.test(value)) throw new InvalidArgumentError('A token has visible ASCII characters only.');
	return value;
}

/** `--json`: the API's own answer on stdout and nothing else there. */
export function jsonOption(): Option {
	return new Option('--json', 'print JSON');
}

export function limitOption(fallback: number): Option {
	return new Option('--limit <count>', 'show at most this many').argParser(positiveInteger).default(fallback);
}

/** `--json` of a command that prints as things happen: one document a line. */
export function jsonLinesOption(): Option {
	return new Option('--json', 'print a line of JSON for each');
}
