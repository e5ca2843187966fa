import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOf } from './critical-points.ts';
import { batchVerdict, leaveSaddle, otherBatch, updatesToLeave } from './escapes.ts';
import { labelOf } from './labels.ts';
import { hillHeight } from './toy-surfaces.ts';

const place = {
	...{ epoch: 0, loss: 1, gradientNorm: 1e-4, largest: 10, smallest: 1 },
	...{ largestResidual: 1e-3, smallestResidual: 1e-3, differenceError: 1e-4, isExhausted: true },
};

test('a minimum needs the whole spectrum: an upper bound of the smallest eigenvalue that is positive proves none', () => {
	assert.equal(labelOf(place), 'minimum');
	assert.equal(labelOf({ ...place, isExhausted: false }), 'undetermined');
	assert.equal(labelOf({ ...place, smallest: 0.005 }), 'undetermined', 'within a thousandth of the largest');
	assert.equal(labelOf({ ...place, smallest: 0.5, smallestResidual: 0.6 }), 'undetermined', 'within its residual');
});

test('a curvature that is negative proves a saddle whatever its residual, but not within the error of the differences', () => {
	assert.equal(labelOf({ ...place, smallest: -0.5, smallestResidual: 3, isExhausted: false }), 'saddle');
	assert.equal(labelOf({ ...place, smallest: -0.5, differenceError: 0.6 }), 'undetermined');
	assert.equal(labelOf({ ...place, smallest: -0.005 }), 'undetermined');
	assert.equal(labelOf({ ...place, smallest: -0.5, gradientNorm: 1 }), 'slope');
});

const saddle = await leaveSaddle();

test('the saddle of y = w₁w₂x has the eigenvalues ±2 and the loss 1; momentum leaves it in fewer updates', () => {
	assert.ok(Math.abs(saddle.largest - 2) < 1e-6 && Math.abs(saddle.smallest + 2) < 1e-6);
	assert.equal(saddle.lossAtSaddle, 1);
	assert.ok(Math.abs(saddle.byEigenvector - (1 - 0.1 ** 2 / 2) ** 2) < 1e-9, 'w₁w₂ = 0.1²/2 there');
	// Along the eigenvector θ grows by 1 + 2η an update, until w₁w₂ = 1 − √½ is half way.
	const linear = Math.log(Math.sqrt(2 * (1 - Math.SQRT1_2)) / 1e-3) / Math.log(1.04);
	const plain = updatesToLeave(saddle, 0)!;
	assert.ok(plain >= linear && plain < linear + 10, `${plain} for at least ${linear}`);
	assert.ok(updatesToLeave(saddle, 0.9)! < plain);
});

const known = {
	...{ ...place, smallest: -1, exact: -1.002, isExhausted: false, loss: 2.3 },
	losses: [
		{ lambda: 0, values: [2.3, 2.2] },
		{ lambda: 0.9, values: [2.3, 1] },
	],
};

test('critical points hold by the saddles that are known and by momentum, and say when training reached none', () => {
	const slope = { ...place, gradientNorm: 1 };
	const found = verdictOf({ saddle, known, places: [slope] });
	assert.equal(found.outcome, 'holds');
	assert.match(found.sentence, /no critical point was reached/);
	assert.match(verdictOf({ saddle, known, places: [{ ...place, smallest: -1 }] }).sentence, /saddle \(epoch 0\)/);
	assert.equal(verdictOf({ saddle: { ...saddle, smallest: -1.9 }, known, places: [slope] }).outcome, 'does-not-hold');
	for (const wrong of [{ exact: -1.2 }, { smallest: 1 }, { losses: known.losses.toReversed() }])
		assert.equal(verdictOf({ saddle, known: { ...known, ...wrong }, places: [slope] }).outcome, 'does-not-hold');
	const [plain, rolling] = saddle.losses;
	const swapped = [
		{ lambda: 0, values: rolling!.values },
		{ lambda: 0.9, values: plain!.values },
	];
	assert.equal(verdictOf({ saddle: { ...saddle, losses: swapped }, known, places: [slope] }).outcome, 'does-not-hold');
});

test('one batch is stuck in the local minimum, where the other is not, and both in turn get out', async () => {
	const batches = await otherBatch();
	const [stuck, out] = [batches.alone.at(-1)!, batches.inTurn.at(-1)!];
	assert.ok(Math.abs(stuck + 0.632) < 1e-3 && Math.abs(hillHeight([stuck, 0]) - 0.392) < 1e-3, `${stuck}`);
	assert.ok(out > 2 && hillHeight([out, 0]) < 0.05, `${out}`);
	assert.ok(batches.own < 1e-6 && batches.other > 0.05);
	assert.equal(batchVerdict(batches).outcome, 'holds');
	assert.match(batchVerdict(batches).sentence, /6 of 8/);
});

test('other batches that stay stuck too, or a first one that is not, refute it', async () => {
	const batches = await otherBatch();
	assert.equal(batchVerdict({ ...batches, inTurn: batches.alone }).outcome, 'does-not-hold');
	assert.equal(batchVerdict({ ...batches, alone: batches.inTurn, own: 0.2 }).outcome, 'does-not-hold');
});
