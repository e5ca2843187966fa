/**
 * For the beginning of a call: lets timers run that fell due while the function was frozen. They end connections that lay idle, which the
 * server has closed meanwhile; a statement on one of those would fail.
 */
export function thaw(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Of connections: Aurora that sleeps takes about 15 s to answer, and half a minute after a day. */
export const patientWithSleepers = { connectTimeoutSeconds: 40 } as const;
