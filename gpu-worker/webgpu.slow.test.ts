import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';
import { noSoftwareVulkan, softwareVulkan } from './engines/testing/software-vulkan.ts';

const skip = noSoftwareVulkan;
const { NODE_TEST_CONTEXT: _, VK_ICD_FILENAMES: __, VK_DRIVER_FILES: ___, ...outer } = process.env;
const env = { ...outer, ...softwareVulkan };
const run = (args: string[]) =>
	promisify(execFile)(process.execPath, args, { env, cwd: join(import.meta.dirname, 'engines'), maxBuffer: 2 ** 28 });

// What takes software longest, and learns too little in 20 updates; the command in docs/engines.md leaves nothing out.
const slow =
	'memory|full batch|repetition|B = 501|B = 640|B = 700|ghost batches of|B = 40 of|relu, B = 1|relu twice|with decay$|dropout of units and of images|residual|normalisation|max pooling over|average pooling';

test('webgpu keeps to the engines’ contract, and agrees with the CPU to 1e-4 over 20 updates', { skip }, async () => {
	const filter = [`--test-skip-pattern=${slow}`, '--test-reporter=tap'];
	const end = await run([...filter, 'provider-suite.ts', 'webgpu', '20']).catch((error) => error);
	const { stdout, signal = null } = end;
	const failed = stdout.split('\n').filter((line: string) => /^not ok|error:/.test(line));
	assert.deepEqual({ signal, failed }, { signal: null, failed: [] });
	const passed = Number(/^# pass (\d+)$/m.exec(stdout)?.[1]);
	assert.ok(passed >= 20, `${passed} passed`);
});

test('webgpu computes all of an update but the reported loss and hits', { skip }, async () => {
	const { stdout, stderr } = await run(['testing/print-placements.ts', 'webgpu']);
	const onCpu = new Set<string>();
	const onGpu = new Set<string>();
	let nodes = onCpu;
	for (const [, text = ''] of `${stdout}${stderr}`.matchAll(/VerifyEachNodeIsAssignedToAnEp\]\s+(.*)/g)) {
		const provider = /placed on \[(\w+)\]/.exec(text)?.[1];
		if (provider) nodes = provider === 'CPUExecutionProvider' ? onCpu : onGpu;
		else if (/^\w+ \(/.test(text)) nodes.add(text.split(' ')[0]!);
	}
	assert.deepEqual([...onCpu].sort(), ['Equal', 'LogSoftmax']);
	for (const type of ['Gather', 'Cast', 'Gemm', 'Softmax', 'Erf', 'Where', 'ReduceL2', 'Sqrt'])
		assert.ok(onGpu.has(type), type);
});

async function start(provider: string, changes: Record<string, string>) {
	const args = ['--provider', provider, '--accelerator', 'card'];
	const child = fork(join(import.meta.dirname, 'trainer.ts'), args, {
		env: { ...env, ...changes },
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
	});
	let errors = '';
	child.stderr!.setEncoding('utf8').on('data', (text) => {
		errors += text;
	});
	const closed = once(child, 'close').then(([code]) => ({ code, lastWords: errors.trim().split('\n').at(-1)! }));
	const ready = once(child, 'message').then(([message]) => TrainerEvent.parse(message));
	const first = await Promise.race([closed, ready]);
	child.kill('SIGKILL');
	await closed;
	return first;
}

test('a trainer on webgpu says so, with the card, in a device of its own', { skip }, async () => {
	const event = await start('webgpu', {});
	assert.ok('type' in event && event.type === 'ready', JSON.stringify(event));
	assert.equal(event.device.provider, 'webgpu');
	assert.match(event.device.key, /^webgpu-/);
	assert.match(event.device.processor, / \+ card$/);
	assert.match(event.device.label, / \+ card, 1 thread, onnx on webgpu$/);
});

test('a trainer whose GPU is not there ends with one sentence, and does not compute on the CPU', { skip }, async () => {
	const end = await start('webgpu', { VK_ICD_FILENAMES: '/nonexistent.json' });
	assert.deepEqual(end, {
		code: 1,
		lastWords:
			'The provider webgpu cannot train here (Failed to get a WebGPU adapter: No supported adapters). ' +
			'Install the Vulkan driver of the GPU (Linux also needs libvulkan.so.1), or set BASIN_PROVIDER=cpu.',
	});
});

const binaries = join(
	dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
	`bin/napi-v6/${process.platform}/${process.arch}`,
);
const hasCuda = existsSync(join(binaries, 'libonnxruntime_providers_cuda.so')) && 'the CUDA provider is installed';

test('a trainer without the CUDA provider’s library ends with one sentence', { skip: hasCuda }, async () => {
	const end = await start('cuda', {});
	assert.ok('code' in end && end.code === 1, JSON.stringify(end));
	assert.match(
		end.lastWords,
		/^The provider cuda cannot train here \(.+\)\. Install the CUDA libraries as .*BASIN_PROVIDER=cpu\.$/,
	);
});
