import { type Sweep, take } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { exitCodes } from './exit-codes.ts';
import { count, duration, printable } from './format.ts';
import { leaderboardTable } from './leaderboard-table.ts';
import { openProgress } from './progress.ts';
import type { Shell } from './shell.ts';

const shownEntries = 20;

/** Follows a sweep to its end with a progress view, then prints the result. Ctrl-C ends the watching, not the sweep. */
export async function watchSweep(shell: Shell, sweep: Sweep, options: { json?: boolean | undefined }): Promise<void> {
	shell.note(`${printable(sweep.name)} · ${sweep.id} · ${shell.url}/sweeps/${sweep.id}`);
	let last = sweep;
	try {
		last = await followToEnd(shell, sweep, shell.interrupted);
	} catch (error) {
		if (!shell.interrupted.aborted) throw error;
		shell.note(`No longer watching; the sweep goes on.`);
		shell.note(`  watch it again   ${shell.commandLine('watch', sweep.id)}`);
		shell.note(`  cancel it        ${shell.commandLine('cancel', sweep.id)}`);
		shell.exitCode = exitCodes.interrupted;
		return;
	}
	await printOutcome(shell, last, options);
	shell.exitCode = last.state === 'completed' ? exitCodes.ok : exitCodes.failed;
}

/** Shows progress until the sweep has ended. @throws the signal's reason when aborted */
export async function followToEnd(shell: Shell, sweep: Sweep, signal: AbortSignal): Promise<Sweep> {
	if (isTerminalSweep(sweep.state)) return sweep;
	const view = openProgress(shell);
	let last = sweep;
	try {
		view.update(sweep);
		const following = shell.client.followSweep(sweep.id, {
			signal,
			onTrouble: (error) => view.trouble(`${error.message} Still trying; the sweep goes on.`),
		});
		for await (const seen of following) {
			last = seen;
			view.update(seen);
		}
	} finally {
		view.close();
	}
	return last;
}

async function printOutcome(shell: Shell, sweep: Sweep, options: { json?: boolean | undefined }): Promise<void> {
	const entries = shell.client.eachLeaderboardEntry(sweep.id, {}, { signal: shell.interrupted });
	if (options.json) {
		shell.printJson({ sweep, leaderboard: await take(entries, Number.POSITIVE_INFINITY) });
		return;
	}
	const shown = await take(entries, shownEntries);
	shell.print(outcomeLine(shell, sweep));
	if (shown.length === 0) return;
	shell.print('');
	shell.print(leaderboardTable(shell, shown, sweep.trainSize));
	if (shown.length === shownEntries && sweep.configurations > shownEntries)
		shell.note(
			`The first ${shownEntries} of ${sweep.configurations}: ${shell.commandLine('leaderboard', sweep.id, '--limit', String(sweep.configurations))}`,
		);
	const best = shown[0]?.bestTrialId;
	if (best) shell.note(`Download the best model: ${shell.commandLine('artifacts', 'pull', sweep.id)}`);
	if (sweep.counts.failed > 0)
		shell.note(`Why trials failed: ${shell.commandLine('trials', sweep.id, '--state', 'failed')}`);
}

/** `completed in 27 s: 22 of 24 trials succeeded, 2 failed`. */
export function outcomeLine(shell: Shell, sweep: Sweep): string {
	const { counts, startedAt, finishedAt } = sweep;
	const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : undefined;
	const word = shell.style(sweep.state === 'completed' ? 'green' : 'red', sweep.state);
	const parts = [`${counts.succeeded} of ${count(counts.total, 'trial')} succeeded`];
	if (counts.failed > 0) parts.push(`${counts.failed} failed`);
	if (counts.cancelled > 0) parts.push(`${counts.cancelled} cancelled`);
	const reason = sweep.stopReason ? ` (${printable(sweep.stopReason)})` : '';
	return `${word}${seconds === undefined ? '' : ` in ${duration(seconds)}`}: ${parts.join(', ')}${reason}`;
}
