import { SweepId, TrialId } from '@basin/core/contracts/ids.ts';
import { InvalidArgumentError, Option } from 'commander';

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

export function finiteNumber(value: string): number {
	const number = Number(value);
	if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It must be a number.');
	return number;
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
