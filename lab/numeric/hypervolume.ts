/** A configuration by what it costs and what it misses; both are better when smaller. */
export type CostPoint = readonly [number, number];

/**
 * The area that points dominate up to a reference, both coordinates to be minimised: what a Pareto front is worth in one number.
 * Points that are not below the reference in both add nothing. {(1, 3), (2, 1)} up to (4, 4) is 7.
 */
export function hypervolume(points: readonly CostPoint[], reference: CostPoint): number {
	const inside = points.filter(([x, y]) => x < reference[0] && y < reference[1]);
	let area = 0;
	let lowest = reference[1];
	for (const [x, y] of inside.toSorted((one, other) => one[0] - other[0] || one[1] - other[1])) {
		if (y >= lowest) continue;
		area += (reference[0] - x) * (lowest - y);
		lowest = y;
	}
	return area;
}
