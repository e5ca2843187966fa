import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf, smallSpec } from '../testing/small-problem.ts';
import { train } from '../testing/training.ts';
import { openBackend } from './backend.ts';
import { createTensorflowEngine } from './engine.ts';

test('what wasm computes after its memory ran out is never seen', async (context) => {
	const engine = await createTensorflowEngine({ threads: 1 });
	if (engine.provider !== 'wasm') return context.skip('a native package is installed');
	const program = await engine.compile(smallSpec(7, 30, 0.9));
	await train(program, rowsOf(30), { epochs: 1, eta: 0.1 });
	// What a kernel does that was given no room: a tensor of zeros at the address 0.
	const { tf } = await openBackend({ threads: 1 });
	const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
	wasm.HEAPU8.fill(0, 0, 16);
	const broken = { name: 'EngineBroken', message: 'WebAssembly has no room left' };
	await assert.rejects(train(program, rowsOf(30), { epochs: 1, eta: 0.1 }), broken);
	const rows = rowsOf(30);
	const indexes = Int32Array.of(0, 1);
	await assert.rejects(program.evaluate({ state: program.initialState(0), rows, indexes }), broken);
});
