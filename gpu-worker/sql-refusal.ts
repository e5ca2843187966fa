import { PermanentError, type TrialLedger } from './ports.ts';

/** SQLSTATE classes that another try cannot change: bad data, a broken constraint, no privilege or function, a raised error. */
const refusedClasses = new Set(['22', '23', '42', 'P0']);

/** The same ledger, which throws PermanentError where the database refuses a statement rather than being out of reach. */
export function withRefusals(ledger: TrialLedger): TrialLedger {
	const marked =
		<I, O>(verb: (input: I) => Promise<O>) =>
		(input: I): Promise<O> =>
			verb(input).catch((error: unknown) => {
				throw isRefusal(error) ? new PermanentError((error as Error).message, { cause: error }) : error;
			});
	return {
		claim: marked(ledger.claim),
		heartbeat: marked(ledger.heartbeat),
		resume: marked(ledger.resume),
		recordEpoch: marked(ledger.recordEpoch),
		recordCheckpoint: marked(ledger.recordCheckpoint),
		finish: marked(ledger.finish),
		fail: marked(ledger.fail),
		release: marked(ledger.release),
		acknowledgeCancel: marked(ledger.acknowledgeCancel),
	};
}

function isRefusal(error: unknown): boolean {
	const code = (error as { code?: unknown } | null)?.code;
	return (
		error instanceof Error && typeof code === 'string' && code.length === 5 && refusedClasses.has(code.slice(0, 2))
	);
}
