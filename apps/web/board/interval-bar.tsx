import type { LeaderboardEntry } from '@basin/client';
import type { Bounds } from './board-filter.ts';
import { clippedInterval, intervalText } from './intervals.ts';

const width = 120;
const height = 14;
const margin = 4;
const middle = height / 2;

/** Mean and 95 % interval of an accuracy, on the scale of the whole board; an arrow where it lies below that. */
export function IntervalBar({ entry, bounds }: { entry: LeaderboardEntry; bounds: Bounds | null }) {
	const { valAccuracy } = entry;
	if (valAccuracy === null || bounds === null) return null;
	const [low, high] = bounds;
	const [from, to] = clippedInterval(valAccuracy);
	const isBelow = valAccuracy.mean < low;
	const x = (value: number) => margin + (width - 2 * margin) * Math.min(1, Math.max(0, (value - low) / (high - low)));
	return (
		<svg width={width} height={height} className="interval-bar" role="img" aria-label={intervalText(valAccuracy)}>
			<line className="track" x1={margin} x2={width - margin} y1={middle} y2={middle} />
			{to > low && <line className="interval" x1={x(from)} x2={x(to)} y1={middle} y2={middle} />}
			{isBelow ? (
				<path className="beyond" d="M10 2 L4 7 L10 12" />
			) : (
				<circle className="mean" cx={x(valAccuracy.mean)} cy={middle} r={3.5} />
			)}
		</svg>
	);
}
