import { sentenceOf } from './log.ts';
import { inTime, tryTimeoutMs, withPatience } from './patience.ts';
import type { AttemptRef, Clock, Log, TrialLedger } from './ports.ts';

export type LeaseSettings = { heartbeatSeconds: number; leaseSeconds: number };

/** Why an attempt must stop before its training ends. */
export type StopReason = 'cancel' | 'release' | 'fenced';

/** While the database is out of reach, beat faster than usual: the lease is saved by the first answer after it returns. */
const outageBeatMs = 2_000;

/** An attempt's right to write. Beats by itself from `start` to `end`, whatever else the process does. */
export type Lease = {
	/** Aborts once, when the attempt must stop; `stopReason()` then says why. */
	readonly signal: AbortSignal;
	stopReason(): StopReason | null;
	/** Aborts once, when the database wants the trial back at its next checkpoint; the attempt still has the lease then. */
	readonly releaseAsked: AbortSignal;
	/** Ends the attempt from this side: a refused write (`fenced`), or a shutdown (`release`). The first reason stays. */
	stop(reason: StopReason): void;
	/** True when the database confirms, or within the last lease has confirmed, that the attempt may still write. */
	confirm(): Promise<boolean>;
	/** Stops beating. */
	end(): void;
};

/**
 * @param input.claimedAt clock reading from before the claim was sent, so that the lease is never thought longer than it is
 */
export function startLease(input: {
	ref: AttemptRef;
	ledger: Pick<TrialLedger, 'heartbeat'>;
	settings: LeaseSettings;
	claimedAt: number;
	clock: Clock;
	log: Log;
}): Lease {
	const { ref, ledger, settings, clock, log } = input;
	const stopped = new AbortController();
	const ended = new AbortController();
	const releaseAsked = new AbortController();
	const beating = AbortSignal.any([stopped.signal, ended.signal]);
	let reason: StopReason | null = null;
	let heldUntil = input.claimedAt + settings.leaseSeconds * 1000;

	const stop = (why: StopReason) => {
		if (reason !== null) return;
		reason = why;
		log.info('attempt must stop', { why });
		stopped.abort();
	};

	const beat = async () => {
		const sentAt = clock.now();
		const directive = await ledger.heartbeat(ref);
		if (directive === 'cancel' || directive === 'fenced') return stop(directive);
		heldUntil = Math.max(heldUntil, sentAt + settings.leaseSeconds * 1000);
		if (directive === 'release' && !releaseAsked.signal.aborted) {
			log.info('the trial is wanted back');
			releaseAsked.abort();
		}
	};

	const keepBeating = async () => {
		const intervalMs = settings.heartbeatSeconds * 1000;
		let pauseMs = intervalMs;
		while (!beating.aborted) {
			await clock.sleep(pauseMs, beating);
			if (beating.aborted) return;
			try {
				await inTime(beat(), tryTimeoutMs);
				pauseMs = intervalMs;
			} catch (error) {
				log.warn('heartbeat failed', { cause: sentenceOf(error), leaseLapsed: clock.now() >= heldUntil });
				pauseMs = Math.min(intervalMs, outageBeatMs);
			}
		}
	};
	void keepBeating();

	return {
		signal: stopped.signal,
		releaseAsked: releaseAsked.signal,
		stopReason: () => reason,
		stop,
		confirm: async () => {
			if (reason === null && clock.now() >= heldUntil) {
				await withPatience({ what: 'lease check', clock, log, signal: beating }, beat).catch(() => undefined);
			}
			return reason === null;
		},
		end: () => ended.abort(),
	};
}
