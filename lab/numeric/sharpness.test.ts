import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomVector } from './lanczos.ts';
import type { Objective } from './objective.ts';
import { fullSpaceSharpness, subspaceSharpness } from './sharpness.ts';
import { dot, type Vector } from './vector.ts';

/** f = c + ½ Σ aᵢ(xᵢ − mᵢ)². */
function bowl(curvatures: Vector, minimum: Vector, floor: number): Objective {
	const away = (point: Vector) => point.map((value, i) => value - minimum[i]!);
	return {
		dimensions: curvatures.length,
		valueAt: async (point) => floor + away(point).reduce((sum, d, i) => sum + (curvatures[i]! * d * d) / 2, 0),
		gradientAt: async (point) => away(point).map((d, i) => curvatures[i]! * d),
	};
}

const epsilon = 1e-3;

test('Metric 2.1 of a bowl at its minimum is that of a corner of the box', async () => {
	const minimum = Float64Array.of(2, -1, 0, 0.5);
	const curvatures = Float64Array.of(10, 200, 3, 0.1);
	const floor = 0.25;
	const atCorner = curvatures.reduce((sum, a, i) => sum + (a * (epsilon * (Math.abs(minimum[i]!) + 1)) ** 2) / 2, 0);
	const expected = (100 * atCorner) / (1 + floor);
	const objective = bowl(curvatures, minimum, floor);
	const { phi, valueAtCentre } = await fullSpaceSharpness({ objective, point: minimum, epsilon, seed: 1 });
	assert.equal(valueAtCentre, floor);
	assert.ok(Math.abs(phi / expected - 1) < 1e-6, `${phi} for ${expected}`);
});

test('of a coupled quadratic it is never more than the best of all corners gives, and starts find that one', async () => {
	const dimensions = 8;
	const factors = Array.from({ length: dimensions }, (_, i) => randomVector(dimensions, 20 + i));
	const image = (vector: Vector) => Float64Array.from(factors, (row) => dot(row, vector));
	const objective: Objective = {
		dimensions,
		valueAt: async (point) => dot(image(point), image(point)) / 2,
		gradientAt: async (point) => {
			const mapped = image(point);
			return point.map((_, i) => factors.reduce((sum, row, j) => sum + row[i]! * mapped[j]!, 0));
		},
	};
	const corners = Array.from({ length: 2 ** dimensions }, (_, corner) =>
		Float64Array.from({ length: dimensions }, (_, i) => ((corner >> i) & 1 ? epsilon : -epsilon)),
	);
	const exact = 100 * Math.max(...(await Promise.all(corners.map((corner) => objective.valueAt(corner)))));
	const centre = new Float64Array(dimensions);
	const shares: number[] = [];
	for (let seed = 0; seed < 20; seed++) {
		shares.push((await fullSpaceSharpness({ objective, point: centre, epsilon, seed })).phi / exact);
	}
	assert.ok(Math.max(...shares) <= 1 + 1e-9, `a lower bound: ${shares}`);
	const found = shares.filter((share) => share > 1 - 1e-9).length;
	assert.ok(found >= 5, `${found} of 20 starts: ${shares}`);
});

test('a steeper bowl is sharper, in proportion to its curvature', async () => {
	const point = randomVector(300, 2);
	const curvatures = randomVector(300, 3).map(Math.abs);
	const phi = async (factor: number) => {
		const objective = bowl(
			curvatures.map((a) => a * factor),
			point,
			0,
		);
		return (await fullSpaceSharpness({ objective, point, epsilon, seed: 4 })).phi;
	};
	assert.ok(Math.abs((await phi(30)) / (await phi(1)) - 30) < 1e-6);
});

test('away from a minimum the ascent follows the slope', async () => {
	const slope = Float64Array.of(5, -3);
	const objective: Objective = {
		dimensions: 2,
		valueAt: async (point) => dot(slope, point),
		gradientAt: async () => slope,
	};
	const { phi } = await fullSpaceSharpness({ objective, point: Float64Array.of(0, 0), epsilon, seed: 5 });
	assert.ok(Math.abs(phi - 100 * 8 * epsilon) < 1e-9, 'the corner (ε, −ε)');
});

test('in a random subspace of a round bowl it is that of the corner of the smaller box', async () => {
	const dimensions = 4000;
	const point = new Float64Array(dimensions);
	const objective = bowl(new Float64Array(dimensions).fill(7), point, 0);
	const input = { objective, point, epsilon, subspace: 20, iterations: 40, seed: 6 };
	const { phi } = await subspaceSharpness(input);
	// |Ay|² is n|y|² = 20 n ε² but for the columns' overlaps, of which the ascent chooses the best signs.
	const round = 100 * 0.5 * 7 * 20 * dimensions * epsilon ** 2;
	assert.ok(phi > 0.9 * round && phi < 1.4 * round, `${phi} for about ${round}`);
	assert.deepEqual(await subspaceSharpness(input), await subspaceSharpness(input), 'a function of the seed');
});
