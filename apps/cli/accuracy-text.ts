import type { LeaderboardEntry } from '@basin/client';
import { percent } from './format.ts';

/** `97.93 ± 0.25`: mean and half the width of the 95 % interval; without an interval, how many seeds there are. */
export function accuracyText(entry: LeaderboardEntry): string {
	if (entry.diverged) return 'diverged';
	if (entry.valAccuracy === null) return '–';
	const { mean, ci95 } = entry.valAccuracy;
	if (ci95) return `${percent(mean)} ± ${percent((ci95[1] - ci95[0]) / 2)}`;
	return `${percent(mean)} (${entry.seeds.succeeded} seed${entry.seeds.succeeded === 1 ? '' : 's'})`;
}
