import type { Figure, Series } from '@basin/core/contracts/lab.ts';
import { viridis } from '../charts/color-scale.ts';
import { hueOf, inks, type Scheme, symbols } from '../charts/ink.ts';

/** `symbol` is `none` for a bare line. */
export type SeriesStyle = { color: string; symbol: string; isLine: boolean; isDashed: boolean };

/** The part of the scale that can be seen on the page's ground. */
const seen = { light: [0, 0.8], dark: [1, 0.36] } as const;

/**
 * How each series looks. Those that go from low to high take a scale of colours, others hues; what belongs together
 * shares one; what is there to compare with is grey.
 */
export function stylesOf({ series, ordered = false, plays = false }: Figure, scheme: Scheme): SeriesStyle[] {
	const groups = [...new Set(series.filter((one) => !isReference(one)).map(groupOf))];
	const [first, last] = seen[scheme];
	const colorOf = (one: Series) => {
		if (isReference(one)) return inks[scheme].text;
		const place = groups.indexOf(groupOf(one));
		if (!ordered) return hueOf(place, scheme);
		return viridis(first + ((last - first) * place) / Math.max(1, groups.length - 1));
	};
	return series.map((one) => ({
		color: colorOf(one),
		symbol: symbolOf(one, plays ? 0 : groups.indexOf(groupOf(one))),
		isLine: !one.draw.endsWith('points') || one.draw === 'line and points',
		isDashed: one.draw === 'dashed',
	}));
}

/** The first four are filled. */
function symbolOf({ draw }: Series, place: number): string {
	if (!draw.endsWith('points')) return 'none';
	const [first, ...rest] = symbols[place % 4]!;
	return draw === 'hollow points' ? `empty${first!.toUpperCase()}${rest.join('')}` : symbols[place % 4]!;
}

const groupOf = ({ group, name }: Series) => group ?? name;

/** Drawn to compare with: a dashed line that belongs to no other series, or the ground that something moves on. */
function isReference({ draw, group }: Series): boolean {
	return draw === 'ground' || (draw === 'dashed' && group === undefined);
}
