import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import { architecture, everyRow, rowsOf } from '@basin/gpu-worker/engines/testing/small-problem.ts';
import { networkObjective } from '../numeric/network-objective.ts';
import { isLeft, leaveKnownSaddle } from './known-saddle.ts';
import { labelOf } from './labels.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());

test('the network of zeros is a critical point whose λ_min is minus the largest singular value of mean x(p − y)ᵀ', async () => {
	const [rows, indexes] = [rowsOf(40), everyRow(40)];
	const loss = { kind: 'softmaxCrossEntropy' } as const;
	const objective = await networkObjective({ engine, architecture, loss, rows, indexes });
	const { inputScale, classes } = architecture;
	const known = await leaveKnownSaddle({ objective, rows, indexes, inputScale, classes });
	assert.ok(known.gradientNorm < 1e-6, `${known.gradientNorm}`);
	assert.ok(Math.abs(known.smallest / known.exact - 1) < 1e-3, `${known.smallest} for ${known.exact}`);
	assert.equal(labelOf(known), 'saddle');
	assert.ok(isLeft(known));
	const entropy = -[0, 1, 2, 3].reduce((sum, k) => {
		const share = rows.labels.filter((label) => label === k).length / 40;
		return sum + share * Math.log(share);
	}, 0);
	assert.ok(Math.abs(known.loss - entropy) < 1e-6, 'it says the classes’ shares whatever the image');
});
