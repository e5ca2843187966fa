import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { type CheckpointUploads, createCheckpointUploads, fetchCheckpoints } from './checkpoint-transfer.ts';
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
	/** How long a trial that is to be given back may take for its last checkpoint, and a result for being stored. */
	releaseGraceSeconds: number;
	shutdown: Shutdown;
	clock: Clock;
	log: Log;
};

export type AttemptEnd = 'succeeded' | 'failed' | 'abandoned' | StopReason;

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
	const checkpoints = createCheckpointUploads({ ...ctx, assignment, lease });
	let end: AttemptEnd;
	try {
		end = await trainAndReport(ctx, assignment, lease, checkpoints);
	} catch (error) {
		end = lease.stopReason() ?? 'abandoned';
		if (end === 'abandoned') log.error('attempt abandoned; its lease will lapse', { cause: sentenceOf(error) });
	}
	lease.end();
	await giveBack(ctx, ref, end);
	if (end === 'cancel') await checkpoints.removeAll();
	log.info('attempt ended', { end, seconds: (clock.now() - startedAt) / 1000 });
	return end;
}

async function trainAndReport(
	ctx: AttemptContext,
	assignment: TrialAssignment,
	lease: Lease,
	checkpoints: CheckpointUploads,
): Promise<AttemptEnd> {
	const report = createReport({ ...ctx, assignment, lease, checkpoints });
	let outputDir: string;
	try {
		outputDir = mkdtempSync(join(ctx.workDir, `${assignment.trialId}-`));
	} catch (error) {
		const message = `The worker cannot write to its disk: ${sentenceOf(error)}`;
		return report.fail({ reason: 'infrastructure', message });
	}
	const release = releaseWhenAsked(ctx, lease);
	const signal = AbortSignal.any([lease.signal, report.halted]);
	try {
		const fetched = await fetchCheckpoints({ ...ctx, assignment, folder: outputDir, signal }).catch(sentenceOf);
		if (typeof fetched === 'string')
			return await report.conclude({ type: 'crashed', reason: 'infrastructure', message: fetched });
		const outcome = await ctx.trainer.train({
			assignment,
			checkpoints: fetched.files,
			outputDir,
			signal,
			release: release.asked,
			onStart: ({ epoch, refused }) => report.recordStart({ epoch, refused: [...fetched.refused, ...refused] }),
			onEpoch: report.recordEpoch,
			onCheckpoint: report.recordCheckpoint,
		});
		return await report.conclude(outcome);
	} finally {
		release.over();
		rmSync(outputDir, { recursive: true, force: true });
	}
}

/**
 * `asked` aborts when the worker shuts down or the database wants the trial back: it ends at its next checkpoint then. A worker
 * that shuts down has only the grace for it, after which the trial is given back as it stands; a pause can wait for a long epoch.
 */
function releaseWhenAsked({ shutdown, clock, releaseGraceSeconds }: AttemptContext, lease: Lease) {
	const asked = AbortSignal.any([shutdown.signal, lease.releaseAsked]);
	const over = new AbortController();
	const giveUp = async () => {
		await clock.sleep(releaseGraceSeconds * 1000, over.signal);
		if (!over.signal.aborted) lease.stop('release');
	};
	if (shutdown.signal.aborted) void giveUp();
	else shutdown.signal.addEventListener('abort', giveUp, { once: true, signal: over.signal });
	return { asked, over: () => over.abort() };
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
