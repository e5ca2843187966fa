import { type AttemptContext, runAttempt } from './attempt.ts';
import { sentenceOf } from './log.ts';
import { withPatience } from './patience.ts';
import type { Delivery, Queue } from './ports.ts';

export type LoopContext = AttemptContext & {
	queue: Queue;
	/** Ends the loop after this long without a trial; null: never. */
	idleExitSeconds: number | null;
};

/** SQS waits twenty seconds at most. */
const longestWaitSeconds = 20;
const receiveRetryMs = 2_000;
/** Shorter than a message's visibility: a claim that the database cannot answer is left to the next delivery. */
const claimPatienceMs = 8_000;

/**
 * Takes trials one at a time until shut down, or idle for too long. A message is received only when the worker is free
 * and its trainer is up, so a queue of any length costs no memory and a broken trainer takes no trial.
 * @throws when the trainer cannot start
 */
export async function runLoop(ctx: LoopContext): Promise<void> {
	const { queue, trainer, shutdown, clock, log } = ctx;
	let idleSince = clock.now();
	while (!shutdown.signal.aborted) {
		await trainer.ready();
		const leftSeconds = secondsUntilIdleExit(ctx, idleSince);
		if (leftSeconds <= 0) {
			log.info('nothing left to do', { idleSeconds: ctx.idleExitSeconds });
			return;
		}
		try {
			const waitSeconds = Math.min(longestWaitSeconds, Math.ceil(leftSeconds));
			const delivery = await queue.receive({ waitSeconds, signal: shutdown.signal });
			if (delivery === null) continue;
			await handle(ctx, delivery);
		} catch (error) {
			if (shutdown.signal.aborted) break;
			log.warn('the queue does not answer; trying again', { cause: sentenceOf(error) });
			await clock.sleep(receiveRetryMs, shutdown.signal);
		}
		idleSince = clock.now();
	}
}

function secondsUntilIdleExit({ idleExitSeconds, clock }: LoopContext, idleSince: number): number {
	if (idleExitSeconds === null) return Number.POSITIVE_INFINITY;
	return idleExitSeconds - (clock.now() - idleSince) / 1000;
}

/** Claims the trial of one message. Once the database has answered, the message has done its work and is deleted. */
async function handle(ctx: LoopContext, { message, receipt }: Delivery): Promise<void> {
	const { queue, ledger, clock, shutdown } = ctx;
	const remove = () => {
		queue.delete(receipt).catch((error: unknown) => {
			ctx.log.warn('a message was not deleted; it will come again and change nothing', { cause: sentenceOf(error) });
		});
	};
	if (message === null) {
		ctx.log.warn('dropped a message that is not ours');
		return remove();
	}
	const { trialId } = message;
	const log = ctx.log.with({ trialId });
	const patience = { what: 'claiming', clock, log, signal: shutdown.signal, patienceMs: claimPatienceMs };
	let claimedAt = clock.now();
	try {
		const assignment = await withPatience(patience, () => {
			claimedAt = clock.now();
			return ledger.claim({ trialId });
		});
		remove();
		if (assignment === null) log.info('nothing to claim: the trial runs elsewhere or has ended');
		else await runAttempt({ ctx, assignment, claimedAt });
	} catch (error) {
		log.warn('could not claim; the message will come again', { cause: sentenceOf(error) });
		await clock.sleep(receiveRetryMs, shutdown.signal);
	}
}
