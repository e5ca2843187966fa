import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
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

test('a native package that is installed and does not load is said, not passed over for a slower one', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'basin-engines-'));
	const installed = join(folder, '@tensorflow/tfjs-node-gpu');
	await mkdir(installed, { recursive: true });
	const broken = 'throw new Error("libtensorflow.so.2: cannot open shared object file\\nand more lines");';
	await writeFile(join(installed, 'index.js'), broken);
	const script = `
		import { createEnginePool } from ${JSON.stringify(join(import.meta.dirname, 'engine-pool.ts'))};
		import { describeFailure } from ${JSON.stringify(join(import.meta.dirname, 'trial-failure.ts'))};
		const opening = createEnginePool({ threads: 1, slots: 1 }).open('tensorflow');
		console.log(JSON.stringify(await opening.then(({ device }) => device, describeFailure)));`;
	const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
		env: { ...process.env, NODE_PATH: folder },
	});
	await rm(folder, { recursive: true });
	const { reason, message } = JSON.parse(stdout);
	assert.equal(reason, 'infrastructure');
	assert.match(
		message,
		/^@tensorflow\/tfjs-node-gpu is installed but does not load \(libtensorflow\.so\.2: .* file\)\. /,
	);
	assert.match(message, /Rebuild it .*, or remove it to train with wasm\.$/);
});
