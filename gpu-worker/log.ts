import type { Log, LogFields } from './ports.ts';

/** One JSON object a line: `time`, `level`, `message`, then the fields. */
export function createLog(write: (line: string) => void, fields: LogFields = {}): Log {
	const line = (level: string) => (message: string, more?: LogFields) =>
		write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields, ...more })}\n`);
	return {
		info: line('info'),
		warn: line('warn'),
		error: line('error'),
		with: (more) => createLog(write, { ...fields, ...more }),
	};
}

/** The sentence of anything that was thrown, for a log or a user; never a stack. */
export function sentenceOf(thrown: unknown): string {
	if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(sentenceOf).join('; ');
	return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}
