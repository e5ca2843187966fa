export type Interval = [number, number] | null;

/** The intervals of a board, of the configurations that have one. */
export type Intervals = { lows: Float64Array; highs: Float64Array };

/**
 * For each of `shown`, how many others of `all`, which holds it too, overlap it: all, less those wholly above and those wholly
 * below. Sorts what is shown, not all: a hundred of ten thousand take a third of the time.
 */
export function countTies(shown: readonly Interval[], all: Intervals): (number | null)[] {
	const { lows, highs } = all;
	const present = shown.filter((interval) => interval !== null);
	const shownHighs = Float64Array.from(present, ([, high]) => high).sort();
	const shownLows = Float64Array.from(present, ([low]) => low).sort();
	// How many of all begin above so many of the highs, and end below all but so many of the lows.
	const beginAbove = new Int32Array(present.length + 1);
	const endBelow = new Int32Array(present.length + 1);
	for (const low of lows) beginAbove[countBelow(shownHighs, low, false)]!++;
	for (const high of highs) endBelow[countBelow(shownLows, high, true)]!++;
	for (let i = present.length - 1; i >= 0; i--) beginAbove[i]! += beginAbove[i + 1]!;
	for (let i = 1; i <= present.length; i++) endBelow[i]! += endBelow[i - 1]!;
	return shown.map((interval) => {
		if (interval === null) return null;
		const above = beginAbove[countBelow(shownHighs, interval[1], false) + 1]!;
		const below = endBelow[countBelow(shownLows, interval[0], false)]!;
		return lows.length - above - below - 1;
	});
}

/** How many of the sorted values are less than the bound (or equal to it). */
function countBelow(sorted: Float64Array, bound: number, orEqual: boolean): number {
	// Most of a board is beyond all of a page.
	if (sorted[0]! > bound) return 0;
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const value = sorted[middle]!;
		if (value < bound || (orEqual && value === bound)) low = middle + 1;
		else high = middle;
	}
	return low;
}
