import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trial } from '@basin/client';
import { noFilter } from '../board/board-filter.ts';
import { goodness, measureBounds } from '../figures/heat-measures.ts';
import { accuracy, row, unranked } from '../testing/board-rows.ts';
import { bandOf, chooseByBatchSize, sharedRates } from './batch-figures.ts';
import { inkOn, viridis } from './color-scale.ts';
import { heatGrids, isoLines } from './heat-grid.ts';
import { brushOf, coordinates, filterOfBrush } from './parallel-option.ts';

const board = [10, 100].flatMap((batchSize) =>
	[0.01, 0.1, 1].flatMap((eta) =>
		[0, 0.9].map((lambda) => row({ batchSize, eta, lambda, valAccuracy: accuracy(1 - eta / (batchSize * 2)) })),
	),
);

test('a heat map has every configuration in its place, and a gap where the sweep has none', () => {
	const missing = board.filter(({ configuration: { batchSize, eta } }) => !(batchSize === 100 && eta === 1));
	const [small, large] = heatGrids(missing, { held: 'batchSize', column: 'eta', row: 'lambda' });
	assert.deepEqual(small?.columns, [0.01, 0.1, 1]);
	assert.deepEqual(large?.columns, small?.columns, 'all maps have the same columns');
	assert.deepEqual(small?.rows, [0.9, 0]);
	assert.deepEqual(small?.cells[1]?.[2]?.configuration, { batchSize: 10, eta: 1, lambda: 0 });
	assert.equal(large?.cells[0]?.[2], undefined);
});

test('an iso-line passes through the cells of equal η/(1 − λ)', () => {
	const lines = isoLines({ columns: [0.01, 0.1, 1], rows: [0.9, 0] });
	const line = lines.find(({ rate }) => Math.abs(rate - 1) < 1e-9)!;
	const [first, last] = [line.points[0]!, line.points.at(-1)!];
	const isNear = (point: [number, number], column: number, at: number) =>
		assert.ok(Math.hypot(point[0] - column, point[1] - at) < 1e-6, String(point));
	isNear(first, 1, 0); // η = 0.1, λ = 0.9
	isNear(last, 2, 1); // η = 1, λ = 0
	assert.deepEqual(isoLines({ columns: [0.1], rows: [0, 0.9] }), []);
});

test('cells of equal accuracy have equal colours, and the best is the lightest', () => {
	const bounds = measureBounds(board, 'accuracy')!;
	assert.equal(goodness(bounds[1], bounds, 'accuracy'), 1);
	assert.equal(goodness(bounds[0], bounds, 'accuracy'), 0);
	assert.equal(measureBounds([row(unranked)], 'accuracy'), null);
	const [slow, fast] = measureBounds([row(), row({ epochSeconds: { median: 2, iqr: [2, 2] } })], 'epochSeconds')!;
	assert.deepEqual([slow, fast], [2, 0.2]);
});

test('colours go from dark to light, with white numbers on the dark and black ones on the light', () => {
	assert.deepEqual([viridis(0), viridis(1), viridis(-1)], ['#440154', '#fde725', '#440154']);
	assert.equal(inkOn(viridis(0)), '#ffffff');
	assert.equal(inkOn(viridis(1)), '#000000');
});

test('a batch size is represented by its most accurate configuration, or by the given η and λ', () => {
	const best = chooseByBatchSize([...board, row({ ...unranked, batchSize: 1 })], 'best');
	assert.deepEqual(
		best.map(({ configuration }) => configuration.batchSize),
		[10, 100],
	);
	assert.ok(best.every(({ configuration }) => configuration.eta === 0.01));
	const fixed = chooseByBatchSize(board, { eta: 1, lambda: 0.9 });
	assert.deepEqual(
		fixed.map(({ configuration }) => configuration),
		[10, 100].map((batchSize) => ({ batchSize, eta: 1, lambda: 0.9 })),
	);
	assert.equal(sharedRates(board).length, 6);
	assert.deepEqual(sharedRates(board.slice(0, 6)), []);
});

test('a band reaches from the lowest seed to the highest around the median, and skips trials without a result', () => {
	const trial = (batchSize: number, value: number | null) =>
		({ configuration: { batchSize }, result: value === null ? null : { valAccuracy: value } }) as Trial;
	const trials = [trial(100, 0.9), trial(100, 0.92), trial(100, null), trial(10, 0.95), trial(100, 0.98)];
	assert.deepEqual(
		bandOf(trials, ({ valAccuracy }) => valAccuracy),
		[
			{ batchSize: 10, low: 0.95, middle: 0.95, high: 0.95, seeds: 1 },
			{ batchSize: 100, low: 0.9, middle: 0.92, high: 0.98, seeds: 3 },
		],
	);
});

test('a brush on a coordinate is a filter, and the filter is the brush again', () => {
	const chosen = filterOfBrush('eta', [0.6, 2.1], board, noFilter);
	assert.deepEqual(chosen.values?.eta, [0.1, 1]);
	assert.deepEqual(brushOf('eta', { ...noFilter, ...chosen }, board), [0.75, 2.25]);
	assert.deepEqual(filterOfBrush('accuracy', [0.9, 0.95], board, noFilter), { accuracy: [0.9, 0.95] });
	for (const coordinate of coordinates) {
		const gone = { ...noFilter, ...filterOfBrush(coordinate, undefined, board, noFilter) };
		assert.equal(brushOf(coordinate, gone, board), undefined);
	}
});
