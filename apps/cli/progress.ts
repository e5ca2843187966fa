import type { Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { SingleBar } from 'cli-progress';
import { configurationText, duration, percent } from './format.ts';
import type { Shell } from './shell.ts';

export type ProgressView = {
	update(sweep: Sweep): void;
	/** The server is away; the view says so until the next update. */
	trouble(message: string): void;
	/** Leaves the terminal as it was. */
	close(): void;
};

/** A bar that redraws itself on a terminal, plain lines anywhere else. Both go to stderr: stdout is for the result. */
export function openProgress(shell: Shell): ProgressView {
	const { stderr, isDumbTerminal } = shell.surroundings;
	return stderr.isTTY && !isDumbTerminal ? openBar(shell) : openLines(shell);
}

function openBar(shell: Shell): ProgressView {
	const { stderr } = shell.surroundings;
	let line = '';
	let fraction = 0;
	const bar = new SingleBar({
		stream: stderr,
		hideCursor: true,
		clearOnComplete: true,
		// Redraws although no value changed: the window may have another width now.
		forceRedraw: true,
		format: () => barLine(line, fraction, stderr.columns || 80),
	});
	bar.start(1, 0);
	return {
		update(sweep) {
			line = progressParts(sweep).join(' · ');
			fraction = sweep.progress.fraction;
			bar.update(fraction);
		},
		trouble(message) {
			line = message;
			bar.update(fraction);
		},
		close: () => bar.stop(),
	};
}

/** The bar takes what the text leaves, between 10 and 30 columns; the end of the text goes first when both do not fit. */
export function barLine(text: string, fraction: number, columns: number): string {
	const room = columns - 1;
	const label = `${String(Math.floor(fraction * 100)).padStart(3)} %  `;
	const width = Math.max(10, Math.min(30, room - text.length - label.length - 1));
	const filled = Math.floor(fraction * width);
	const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
	return `${bar} ${label}${text}`.slice(0, room);
}

/** Trials done, failures, what runs, time left and the best so far; the most important first. */
export function progressParts(sweep: Sweep): string[] {
	const { counts, progress, best } = sweep;
	const done = counts.succeeded + counts.failed + counts.pruned + counts.cancelled;
	const parts = [`${done}/${counts.total} trials`];
	if (counts.failed > 0) parts.push(`${counts.failed} failed`);
	if (!isTerminalSweep(sweep.state)) {
		if (sweep.state === 'cancelling') parts.push('cancelling');
		else if (counts.running === 0 && done < counts.total) parts.push('waiting for a worker');
		else parts.push(`${counts.running} running`);
		if (progress.etaSeconds !== null) parts.push(`ETA ${duration(progress.etaSeconds)}`);
	}
	if (best !== null) parts.push(`best ${percent(best.valAccuracyMean)} % (${configurationText(best.configuration)})`);
	return parts;
}

/** One line when something changed, more rarely the longer it takes: a log of hours stays readable. */
function openLines(shell: Shell): ProgressView {
	const startedAt = performance.now();
	let writtenAt = Number.NEGATIVE_INFINITY;
	let last = '';
	const write = (line: string, force: boolean) => {
		const now = performance.now();
		const quietMs = Math.min(60_000, Math.max(2_000, (now - startedAt) / 10));
		if (line === last || (!force && now - writtenAt < quietMs)) return;
		shell.note(line);
		last = line;
		writtenAt = now;
	};
	return {
		update: (sweep) => write(progressParts(sweep).join(', '), isTerminalSweep(sweep.state)),
		trouble: (message) => write(message, true),
		close: () => {},
	};
}
