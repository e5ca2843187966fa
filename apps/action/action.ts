import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { exitCodes } from '@basin/cli/exit-codes.ts';
import { withPlaces } from '@basin/cli/requested-sweep.ts';
import { readSpecFile } from '@basin/cli/spec-file.ts';
import { ApiError, type Client, createClient, type GateReport, type Sweep, take } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { z } from 'zod';
import { upsertComment } from './comment.ts';
import type { Inputs, Run } from './inputs.ts';
import { type Outcome, outcomeMarkdown, writeReports } from './report.ts';

/** Lines of the job's log; `warning` and `notice` become annotations. */
export type Log = { info(text: string): void; notice(text: string): void; warning(text: string): void };

const shownEntries = 10;

/** Submits, waits, gates, reports and comments. Returns the exit code, one of those of `basin gate`. */
export async function runAction(inputs: Inputs, run: Run, log: Log, signal: AbortSignal): Promise<number> {
	const client = createClient({ baseUrl: inputs.url, token: inputs.token });
	const submitted = await submit(client, inputs, run, signal);
	log.info(`${submitted.name} is ${submitted.id}: ${inputs.url}/sweeps/${submitted.id}`);
	const sweep = await untilEnded(
		client,
		await retryWhatFailed(client, submitted, run, log, signal),
		inputs,
		log,
		signal,
	);
	const outcome = await conclude(client, sweep, inputs, signal);
	if (inputs.setBaseline !== undefined && ['passed', 'no-baseline'].includes(outcome.verdict)) {
		await client.setBaseline(inputs.setBaseline, sweep.id, { signal });
		outcome.notes.push(`This sweep is the baseline ${inputs.setBaseline} now.`);
	}
	await writeReports(outcome, { ...run, reports: inputs.reports });
	for (const note of outcome.notes) log.notice(note);
	await comment(outcome, inputs, run, log);
	log.info(outcomeMarkdown(outcome));
	return exitCodeOf(outcome.verdict, inputs);
}

/** The same run and spec make one sweep, however often the job runs: the server keeps the key for three days. */
async function submit(client: Client, inputs: Inputs, run: Run, signal: AbortSignal): Promise<Sweep> {
	const file = await readSpecFile(inputs.spec, Readable.from([]), signal);
	const { labels } = file.spec;
	const own = { repository: run.repository, commit: run.sha, run: run.runId };
	// What is no object is sent as it is, for the server to refuse.
	const isObject = labels === undefined || (typeof labels === 'object' && labels !== null);
	const spec = isObject ? { ...file.spec, labels: { ...labels, ...own } } : file.spec;
	const idempotencyKey = createHash('sha256')
		.update(JSON.stringify([run.repository, run.runId, run.job, spec]))
		.digest('hex');
	try {
		return await client.createSweep(spec, { idempotencyKey, signal });
	} catch (error) {
		throw withPlaces(error, file);
	}
}

/** "Re-run failed jobs" runs again what failed, and nothing that succeeded. */
async function retryWhatFailed(client: Client, { id }: Sweep, run: Run, log: Log, signal: AbortSignal): Promise<Sweep> {
	const sweep = await client.getSweep(id, { signal });
	const isAgain = run.attempt > 1 && isTerminalSweep(sweep.state) && sweep.counts.failed > 0;
	if (!isAgain) return sweep;
	const retried = await client.retryFailed(id, { signal });
	log.info(`The run is started again: ${retried.retried} failed trials run again.`);
	return retried;
}

/** The sweep when it has ended, or as it was when the time was up. */
async function untilEnded(client: Client, sweep: Sweep, inputs: Inputs, log: Log, signal: AbortSignal): Promise<Sweep> {
	const timeout = AbortSignal.timeout(inputs.timeoutSeconds * 1000);
	let last = sweep;
	let shown = '';
	try {
		for await (last of client.followSweep(sweep.id, {
			signal: AbortSignal.any([signal, timeout]),
			onTrouble: (error) => log.info(`${error.message} Still trying; the sweep goes on.`),
		})) {
			const { counts, state } = last;
			const line = `${state}: ${counts.succeeded + counts.failed + counts.cancelled + counts.pruned} of ${counts.total} trials have ended`;
			if (line !== shown) log.info(line);
			shown = line;
		}
	} catch (error) {
		if (!timeout.aborted || signal.aborted) throw error;
	}
	return last;
}

async function conclude(client: Client, sweep: Sweep, inputs: Inputs, signal: AbortSignal): Promise<Outcome> {
	const leaderboard = await take(
		client.eachLeaderboardEntry(sweep.id, { limit: shownEntries }, { signal }),
		shownEntries,
	);
	const sweepUrl = `${inputs.url.replace(/\/+$/, '')}/sweeps/${sweep.id}`;
	const outcome = { sweep, report: null, leaderboard, sweepUrl, notes: [] as string[] };
	if (!isTerminalSweep(sweep.state)) return { ...outcome, verdict: 'timeout' };
	if (sweep.state !== 'completed') {
		if (sweep.stopReason !== null) outcome.notes.push(sweep.stopReason);
		return { ...outcome, verdict: 'failed' };
	}
	const report = await gate(client, sweep.id, inputs, signal);
	if (report !== null) return { ...outcome, report, verdict: report.verdict };
	outcome.notes.push(`There is no baseline "${inputs.gate.baseline}" yet; \`set-baseline\` on a push makes one.`);
	return { ...outcome, verdict: 'no-baseline' };
}

/** Null when the baseline has never been set. */
async function gate(client: Client, sweepId: string, inputs: Inputs, signal: AbortSignal): Promise<GateReport | null> {
	try {
		return await client.gateSweep(sweepId, inputs.gate, { signal });
	} catch (error) {
		if (error instanceof ApiError && error.problem.code === 'baseline_not_found') return null;
		throw error;
	}
}

const PullRequestEvent = z.object({ pull_request: z.object({ number: z.int() }) });

/** A comment that cannot be written is a warning: it changes nothing of the verdict. */
async function comment(outcome: Outcome, inputs: Inputs, run: Run, log: Log): Promise<void> {
	if (!inputs.comment || inputs.githubToken === undefined || run.eventPath === undefined) return;
	const event = PullRequestEvent.safeParse(JSON.parse(await readFile(run.eventPath, 'utf8')));
	if (!event.success) return;
	try {
		const done = await upsertComment({
			apiUrl: run.apiUrl,
			token: inputs.githubToken,
			repository: run.repository,
			number: event.data.pull_request.number,
			marker: `<!-- basin ${run.job} ${inputs.spec.replaceAll('--', '')} -->`,
			body: outcomeMarkdown(outcome),
		});
		log.info(`The comment on #${event.data.pull_request.number} is ${done}.`);
	} catch (error) {
		log.warning(
			`The comment could not be written: ${(error as Error).message} A job needs "permissions: pull-requests: write", which a pull request from a fork does not get.`,
		);
	}
}

function exitCodeOf(verdict: Outcome['verdict'], inputs: Inputs): number {
	switch (verdict) {
		case 'passed':
			return exitCodes.ok;
		case 'no-baseline':
			return inputs.missingBaseline === 'pass' ? exitCodes.ok : exitCodes.usage;
		case 'regression':
		case 'inconclusive':
			return exitCodes.regression;
		case 'failed':
			return exitCodes.failed;
		case 'timeout':
			return exitCodes.timeout;
	}
}
