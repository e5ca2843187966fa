import type { Bounds } from '../board/board-filter.ts';
import { viridis } from '../charts/color-scale.ts';
import { type HeatMeasure, heatMeasures } from './heat-measures.ts';

const steps = 40;
const width = 200;

/** The colours of the cells, from worst to best, and that of what diverged. */
export function HeatScale({ measure, bounds }: { measure: HeatMeasure; bounds: Bounds | null }) {
	const { format } = heatMeasures[measure];
	const [worst, best] = bounds ?? [];
	return (
		<div className="heat-scale">
			{worst !== undefined && best !== undefined && (
				<>
					<span>{format(worst)}</span>
					<svg width={width} height={14} role="img" aria-label={`Colours from ${format(worst)} to ${format(best)}`}>
						{Array.from({ length: steps }, (_, step) => (
							<rect
								// biome-ignore lint/suspicious/noArrayIndexKey: the steps are a fixed list.
								key={step}
								x={(step * width) / steps}
								width={width / steps + 0.5}
								height={14}
								fill={viridis(step / (steps - 1))}
							/>
						))}
					</svg>
					<span>{format(best)}</span>
				</>
			)}
			<svg width={14} height={14} aria-hidden className="diverged-key">
				<rect width={14} height={14} className="diverged-cell" />
				<path d="M4 4 L10 10 M10 4 L4 10" className="diverged-cross" />
			</svg>
			<span>diverged or failed</span>
		</div>
	);
}
