import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createEnginePool } from './engine-pool.ts';

const pool = createEnginePool({ threads: 2, slots: 1 });
after(() => pool.close());

test('"auto" is onnx, an engine is opened once, and its device says what it really runs on', async () => {
	const compiled = await pool.open('auto');
	assert.equal(await pool.open('onnx'), compiled);
	assert.equal(compiled.engine.name, 'onnx');
	assert.equal(compiled.device.threads, 2);
	const eager = await pool.open('tensorflow');
	assert.equal(await pool.open('tensorflow'), eager);
	assert.equal(eager.device.engine, 'tensorflow');
	assert.equal(eager.device.threads, eager.device.provider === 'wasm' ? 1 : 2);
	assert.notEqual(eager.device.key, compiled.device.key);
	assert.notEqual(eager.device.label, compiled.device.label);
});
