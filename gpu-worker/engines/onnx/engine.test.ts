import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { rowsOf, smallSpec } from '../testing/small-problem.ts';
import { collectGarbage, train } from '../testing/training.ts';
import { createOnnxEngine } from './engine.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());

test('memory does not grow with the number of programs', async () => {
	const visit = async (from: number, to: number) => {
		for (let batchSize = from; batchSize < to; batchSize++) {
			const program = await engine.compile(smallSpec(batchSize, 400, 0.9));
			await train(program, rowsOf(400), { epochs: 2, eta: 0.1 });
		}
		collectGarbage();
		return process.memoryUsage.rss() / 2 ** 20;
	};
	const before = await visit(33, 73);
	const after = await visit(73, 193);
	assert.ok(after - before < 24, `grew by ${(after - before).toFixed(0)} MiB over 120 programs`);
});
