import { printable } from '../format.ts';
import type { Shell } from '../shell.ts';

/** One thing that happened, wherever it was written down. */
export type LogLine = {
	/** ISO 8601, UTC. */
	time: string;
	/** Who says it: `api`, `worker-1`, `postgres`, or `trial` for what the API knows. */
	from: string;
	level: 'info' | 'warn' | 'error';
	message: string;
	fields: Record<string, unknown>;
};

/** Fields of a structured line that the columns before them say already. */
const shownBefore = new Set(['time', 'level', 'message']);

const levels: Record<string, LogLine['level']> = { warn: 'warn', error: 'error', fatal: 'error' };
const datedText = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(?: ?(?:UTC|Z))?\s*/;

/** A line of a log file: JSON, or text that may begin with its time, else it happened when the line before did. */
export function parseLogLine(from: string, text: string, timeBefore: string): LogLine {
	const record = parseObject(text);
	if (record !== undefined && typeof record.message === 'string')
		return {
			time: typeof record.time === 'string' ? record.time : timeBefore,
			from,
			level: levels[String(record.level)] ?? 'info',
			message: record.message,
			fields: Object.fromEntries(Object.entries(record).filter(([key]) => !shownBefore.has(key))),
		};
	const [dated, day, clock] = datedText.exec(text) ?? [];
	const level = /\b(ERROR|FATAL|PANIC)\b/.test(text) ? 'error' : /\bWARNING\b/.test(text) ? 'warn' : 'info';
	const time = dated === undefined ? timeBefore : new Date(`${day}T${clock}Z`).toISOString();
	return { time, from, level, message: text.slice(dated?.length ?? 0), fields: {} };
}

function parseObject(text: string): Record<string, unknown> | undefined {
	if (!text.startsWith('{')) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** `2026-01-31 12:00:00.123  worker-1  attempt started  trialId=trl_… eta=0.1`; as JSON one object a line. */
export function printLogLine(shell: Shell, line: LogLine, { json }: { json?: boolean | undefined }): void {
	if (json) {
		shell.print(JSON.stringify({ ...line.fields, ...line, fields: undefined }));
		return;
	}
	const fields = Object.entries(line.fields).map(([key, value]) => `${key}=${fieldText(value)}`);
	const colours = { info: undefined, warn: 'yellow', error: 'red' } as const;
	const colour = colours[line.level];
	const said = printable([line.message, ...fields].join(' '));
	const time = line.time.replace('T', ' ').replace('Z', '').padEnd(23);
	shell.print(
		`${shell.style('dim', time)}  ${line.from.padEnd(8)}  ${colour === undefined ? said : shell.style(colour, said)}`,
	);
}

/** A cause may carry a stack: whoever wants it reads the file, or asks for JSON. */
function fieldText(value: unknown): string {
	const text = typeof value === 'string' ? value.split('\n', 1)[0]! : JSON.stringify(value);
	return /\s/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text;
}

export function byTime(a: LogLine, b: LogLine): number {
	return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}
