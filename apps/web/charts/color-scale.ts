/** Viridis (Smith & van der Walt, 2015) at eight equal steps: as readable in grey and to the colour-blind. */
const stops = ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#a0da39', '#fde725'];

/** The colour of a share from 0 to 1, as `#rrggbb`. */
export function viridis(share: number): string {
	const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
	const below = Math.min(stops.length - 2, Math.floor(at));
	const [low, high] = [rgbOf(stops[below]!), rgbOf(stops[below + 1]!)];
	return `#${low.map((channel, i) => hex(channel + (high[i]! - channel) * (at - below))).join('')}`;
}

/** Black or white, whichever stands out more on the colour (WCAG 2 contrast). */
export function inkOn(color: string): '#000000' | '#ffffff' {
	const [red, green, blue] = rgbOf(color).map((channel) => {
		const share = channel / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

function rgbOf(color: string): number[] {
	return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
}

function hex(channel: number): string {
	return Math.round(channel).toString(16).padStart(2, '0');
}
