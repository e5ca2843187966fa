import type { LeaderboardEntry } from '@basin/client';
import type { Bounds } from '../board/board-filter.ts';
import { formatPercent, formatSeconds } from '../format/numbers.ts';

const accuracyOf = ({ valAccuracy }: LeaderboardEntry) => valAccuracy?.mean ?? null;
/** One error in ten thousand examples: what is better shows as that. */
const smallestError = 1e-4;

/**
 * What a cell can show; null where nothing was measured. `position` is where a value stands among others, higher is
 * better: 97 and 98 % are as far apart by their errors as 94 and 96 %.
 */
export const heatMeasures = {
	accuracy: {
		label: 'Validation accuracy',
		note: 'Colours follow the logarithm of the error, so that the best differ too.',
		read: accuracyOf,
		format: (value: number) => formatPercent(value),
		short: (value: number) => (value * 100).toFixed(1),
		position: (value: number) => -Math.log(Math.max(1 - value, smallestError)),
	},
	accuracyLinear: {
		label: 'Validation accuracy, linear colours',
		note: '',
		read: accuracyOf,
		format: (value: number) => formatPercent(value),
		short: (value: number) => (value * 100).toFixed(1),
		position: (value: number) => value,
	},
	epochSeconds: {
		label: 'Epoch seconds',
		note: 'Colours are logarithmic; light is fast.',
		read: ({ epochSeconds }: LeaderboardEntry) => epochSeconds?.median ?? null,
		format: (value: number) => formatSeconds(value),
		short: (value: number) => formatSeconds(value),
		position: (value: number) => -Math.log(value),
	},
} as const;
export type HeatMeasure = keyof typeof heatMeasures;

/** The measure of this name; accuracy for any other. */
export function heatMeasureOf(name: string | null): HeatMeasure {
	return name !== null && Object.hasOwn(heatMeasures, name) ? (name as HeatMeasure) : 'accuracy';
}

/** The worst and the best value of the measure, over all maps; null when nothing was measured. */
export function measureBounds(entries: readonly LeaderboardEntry[], measure: HeatMeasure): Bounds | null {
	const { read, position } = heatMeasures[measure];
	const values = entries.map(read).filter((value) => value !== null);
	if (values.length === 0) return null;
	const ordered = values.sort((a, b) => position(a) - position(b));
	return [ordered[0]!, ordered.at(-1)!];
}

/** How good a value is between the worst and the best, from 0 to 1: the better, the lighter its colour. */
export function goodness(value: number, [worst, best]: Bounds, measure: HeatMeasure): number {
	const { position } = heatMeasures[measure];
	const [low, high] = [position(worst), position(best)];
	return high <= low ? 1 : (position(value) - low) / (high - low);
}
