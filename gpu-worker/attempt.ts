import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { type Lease, type LeaseSettings, type StopReason, startLease } from './lease.ts';
import { sentenceOf } from './log.ts';
import { withPatience } from './patience.ts';
import type { ArtifactStore, AttemptRef, Clock, Log, Trainer, TrialLedger } from './ports.ts';
import { createReport } from './report.ts';
import type { Shutdown } from './shutdown.ts';

export type AttemptContext = {
	ledger: TrialLedger;
	artifacts: ArtifactStore;
	trainer: Trainer;
	lease: LeaseSettings;
	/** Folder for what a trial writes before it is uploaded. */
	workDir: string;
	shutdown: Shutdown;
	clock: Clock;
	log: Log;
};

export type AttemptEnd = 'succeeded' | 'failed' | 'abandoned' | StopReason;

/** A trial that has ended its training may still be stored after the first signal; then it is released. */
const finishGraceMs = 5_000;
/** Giving a trial back is worth two seconds: where it fails, the lease lapses by itself. */
const settlePatience = { patienceMs: 2_000, timeoutMs: 2_000 };

/** Runs one claimed attempt to its end: trains, records each epoch, uploads, reports. Never rejects. */
export async function runAttempt(input: {
	ctx: AttemptContext;
	assignment: TrialAssignment;
	claimedAt: number;
}): Promise<AttemptEnd> {
	const { assignment, claimedAt } = input;
	const { trialId, attemptNo, sweepId } = assignment;
	const ref = { trialId, attemptNo };
	const ctx = { ...input.ctx, log: input.ctx.log.with({ trialId, attemptNo, sweepId }) };
	const { clock, log, ledger, lease: settings } = ctx;
	const startedAt = clock.now();
	log.info('attempt started', { ...assignment.configuration, seed: assignment.seed });

	const lease = startLease({ ref, ledger, settings, claimedAt, clock, log });
	let end: AttemptEnd;
	try {
		end = await trainAndReport(ctx, assignment, lease);
	} catch (error) {
		end = lease.stopReason() ?? 'abandoned';
		if (end === 'abandoned') log.error('attempt abandoned; its lease will lapse', { cause: sentenceOf(error) });
	}
	lease.end();
	await giveBack(ctx, ref, end);
	log.info('attempt ended', { end, seconds: (clock.now() - startedAt) / 1000 });
	return end;
}

async function trainAndReport(ctx: AttemptContext, assignment: TrialAssignment, lease: Lease): Promise<AttemptEnd> {
	const report = createReport({ ...ctx, assignment, lease });
	let outputDir: string;
	try {
		outputDir = mkdtempSync(join(ctx.workDir, `${assignment.trialId}-`));
	} catch (error) {
		const message = `The worker cannot write to its disk: ${sentenceOf(error)}`;
		return report.fail({ reason: 'infrastructure', message });
	}
	const release = releaseOnShutdown(ctx, lease);
	try {
		const outcome = await ctx.trainer.train({
			assignment,
			outputDir,
			signal: AbortSignal.any([lease.signal, report.halted]),
			onEpoch: report.recordEpoch,
		});
		release.afterGrace();
		return await report.conclude(outcome);
	} finally {
		release.never();
		rmSync(outputDir, { recursive: true, force: true });
	}
}

/** Gives the attempt up when the worker shuts down: at once while it trains, after a grace when only storing is left. */
function releaseOnShutdown({ shutdown, clock }: AttemptContext, lease: Lease) {
	const over = new AbortController();
	let graceMs = 0;
	const release = async () => {
		await clock.sleep(graceMs, over.signal);
		if (!over.signal.aborted) lease.stop('release');
	};
	if (shutdown.signal.aborted) void release();
	else shutdown.signal.addEventListener('abort', release, { once: true, signal: over.signal });
	return {
		afterGrace: () => {
			graceMs = finishGraceMs;
		},
		never: () => over.abort(),
	};
}

async function giveBack({ ledger, clock, log }: AttemptContext, ref: AttemptRef, end: AttemptEnd): Promise<void> {
	if (end !== 'cancel' && end !== 'release') return;
	const verb = end === 'cancel' ? ledger.acknowledgeCancel : ledger.release;
	const signal = new AbortController().signal;
	try {
		await withPatience({ what: end, clock, log, signal, ...settlePatience }, () => verb(ref));
	} catch (error) {
		log.warn('could not give the trial back; its lease will lapse', { cause: sentenceOf(error) });
	}
}
