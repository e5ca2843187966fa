import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from '@basin/core/contracts/lab.ts';
import { asides, barOf, extentsOf, tickText } from './figure-axis.ts';
import { figureOption } from './figure-option.ts';
import { stylesOf } from './figure-style.ts';

type Made = { x?: Partial<Figure['x']>; y?: Partial<Figure['y']>; points?: [number, number, number?, number?][][] };

function figureOf({ x = {}, y = {}, points = [] }: Made): Figure {
	const series = points.map((places, place) => ({
		name: `series ${place}`,
		draw: 'line and points' as const,
		points: places.map(([at, height, low, high]) => ({
			...{ x: at, y: height },
			...(low === undefined || high === undefined ? {} : { low, high }),
		})),
	}));
	return {
		...{ id: 'f', title: 'A figure', caption: 'It shows.', series },
		x: { label: 'x', scale: 'linear', ...x },
		y: { label: 'y', scale: 'linear', ...y },
	};
}

test('ticks are short and tell each other apart', () => {
	const values = [0, -0.5, 0.02, 0.00003, 1e-4, 1000, 60_000, 2e7];
	assert.deepEqual(values.map(tickText), ['0', '−0.5', '0.02', '3·10⁻⁵', '10⁻⁴', '1,000', '60,000', '2·10⁷']);
});

test('an axis ends a little beyond what is drawn, error bars with it, and has round ticks', () => {
	const { x, y } = extentsOf(figureOf({ points: [[1, 2, 3].map((at) => [at, 0.93 + at / 100, 0.92, 0.97])] }));
	assert.deepEqual(x.ticks, [1, 2, 3], 'epochs are whole');
	assert.ok(x.low < 1 && x.low > 0.8 && x.high > 3 && x.high < 3.2);
	assert.ok(y.low < 0.92 && y.low > 0.9 && y.high > 0.97 && y.high < 1);
	assert.deepEqual(y.ticks, [0.92, 0.93, 0.94, 0.95, 0.96, 0.97]);
});

test('no tick of an accuracy is beyond 0 and 1, and an error bar is cut there', () => {
	const figure = figureOf({ y: { bounds: [0, 1] }, points: [[[1, 0.8, -0.1, 1.6]]] });
	const { ticks, low, high } = extentsOf(figure).y;
	assert.deepEqual([ticks[0], ticks.at(-1)], [0, 1]);
	assert.ok(low > -0.1 && high < 1.1);
	assert.deepEqual(barOf(figure.series[0]!.points[0]!, figure.y), { low: 0, high: 1 });
});

test('a log axis has a tick at each batch size, and a place for update 0', () => {
	const sizes = [1, 10, 100, 60_000].map((at): [number, number] => [at, 1]);
	assert.deepEqual(extentsOf(figureOf({ x: { scale: 'log' }, points: [sizes] })).x.ticks, [1, 10, 100, 60_000]);
	const { x } = extentsOf(figureOf({ x: { scale: 'log' }, points: [[[0, 1], ...sizes]] }));
	assert.ok(x.place(0) > x.low && x.place(0) < 1 && x.low > 0);
	assert.equal(x.ticks[0], x.place(0));
	assert.equal(x.place(10), 10);
});

test('a narrow log axis has ticks too', () => {
	const { ticks } = extentsOf(
		figureOf({
			y: { scale: 'log' },
			points: [
				[
					[1, 0.25],
					[2, 0.31],
				],
			],
		}),
	).y;
	assert.ok(ticks.length >= 3, String(ticks));
	const { y } = extentsOf(
		figureOf({
			y: { scale: 'log' },
			points: [
				[
					[1, 0.019],
					[2, 2.5],
				],
			],
		}),
	);
	assert.deepEqual(y.ticks, [0.03, 0.1, 0.3, 1, 3]);
});

test('series with error bars over the same places stand beside each other; others stay where they are', () => {
	const over = figureOf({ points: [[[1, 2, 1, 3]], [[1, 2, 1, 3]], [[1, 2]]] }).series;
	const [first, second, bare] = asides(over);
	assert.ok(first! < 0 && second! > 0);
	assert.equal(bare, 0);
	const [one, two, three] = figureOf({ points: [[[1, 2, 1, 3]], [[2, 2, 1, 3]], [[1, 2, 1, 3]]] }).series;
	const [near, far, other] = asides([{ ...one!, group: 'B = 1' }, { ...two!, group: 'B = 1' }, three!]);
	assert.ok(near === far && other! > near!, 'of one group, in one line');
	assert.deepEqual(asides(figureOf({ points: [[[1, 2, 1, 3]], [[2, 2, 1, 3]]] }).series), [0, 0]);
});

test('batch sizes take a scale of colours, what belongs together one colour, and what is there to compare with is grey', () => {
	const figure = figureOf({ points: [[[1, 1]], [[1, 2]], [[1, 3]]] });
	const hues = stylesOf(figure, 'light').map(({ color }) => color);
	const scale = stylesOf({ ...figure, ordered: true }, 'light').map(({ color }) => color);
	assert.equal(new Set([...hues, ...scale]).size, 6);
	const grouped = figure.series.map((one, place) => ({ ...one, group: place < 2 ? 'a' : 'b' }));
	const [one, two, three] = stylesOf({ ...figure, series: grouped }, 'light');
	assert.equal(one!.color, two!.color);
	assert.notEqual(one!.color, three!.color);
	const dashed = figure.series.map((series) => ({ ...series, draw: 'dashed' as const }));
	assert.equal(new Set(stylesOf({ ...figure, series: dashed }, 'light').map(({ color }) => color)).size, 1);
});

test('a figure that is played is drawn up to the moment that is shown, on the whole ground', () => {
	const figure = figureOf({
		points: [
			[
				[1, 1],
				[2, 2],
				[3, 3],
			],
			[
				[1, 1],
				[2, 2],
				[3, 3],
			],
		],
	});
	const [ground, ball] = figure.series;
	const played = { ...figure, plays: true, series: [{ ...ground!, draw: 'ground' as const }, ball!] };
	const { series } = figureOption(played, { scheme: 'light', shown: 2 }) as { series: { data: unknown[] }[] };
	assert.deepEqual(
		series.map(({ data }) => data),
		[
			[
				[1, 1],
				[2, 2],
				[3, 3],
			],
			[
				[1, 1],
				[2, 2],
			],
			[[2, 2]],
		],
	);
});
