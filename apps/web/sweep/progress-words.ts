import type { Sweep, Trial } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { formatCount, formatQuantity } from '../format/numbers.ts';

/** `18 succeeded · 2 running · 4 queued`: the states that have trials, ended ones first. */
export function countsText({ counts }: Pick<Sweep, 'counts'>): string {
	const states = ['succeeded', 'failed', 'pruned', 'cancelled', 'running', 'queued', 'pending'] as const;
	return states
		.filter((state) => counts[state] > 0)
		.map((state) => `${formatCount(counts[state])} ${state}`)
		.join(' · ');
}

/** What a screen reader is told: each state, and every tenth of the way, not every second. */
export function announcement({ name, state, progress }: Pick<Sweep, 'name' | 'state' | 'progress'>): string {
	if (isTerminalSweep(state)) return `${name}: ${state}.`;
	const tenth = Math.floor(progress.fraction * 10) * 10;
	return `${name}: ${state}, ${tenth} per cent done.`;
}

/** `2 diverged, 1 out of memory`, most frequent first. */
export function reasonsText(failed: Pick<Trial, 'reason'>[]): string {
	const byReason = new Map<string, number>();
	for (const { reason } of failed) {
		const words = (reason ?? 'unknown').replaceAll('_', ' ');
		byReason.set(words, (byReason.get(words) ?? 0) + 1);
	}
	return [...byReason]
		.sort(([, a], [, b]) => b - a)
		.map(([reason, count]) => `${formatCount(count)} ${reason}`)
		.join(', ');
}

/** `72 trials: 24 configurations × 3 seeds, 5 epochs each`. */
export function sizeText({ counts, configurations, spec }: Pick<Sweep, 'counts' | 'configurations' | 'spec'>): string {
	const parts = `${formatQuantity(configurations, 'configuration')} × ${formatQuantity(spec.seeds.length, 'seed')}`;
	return `${formatQuantity(counts.total, 'trial')}: ${parts}, ${formatQuantity(spec.epochs, 'epoch')} each`;
}
