export type LogFields = Record<string, unknown>;

/** One line per event; `apps/local` passes its own. */
export interface Log {
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}

/** Writes each event as one line of JSON: `{"time":…,"level":…,"message":…, …}`. */
export function createLog(write: (line: string) => void): Log {
	const emit = (level: string) => (message: string, fields?: LogFields) =>
		write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
	return { info: emit('info'), warn: emit('warn'), error: emit('error') };
}

/** The cause of a failure for the log: its stack where it has one, never shown to a user. */
export function causeOf(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
