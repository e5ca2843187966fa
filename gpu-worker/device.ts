import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import type { Device } from '@basin/core/contracts/device.ts';
import type { Engine } from './engines/port.ts';

/** What trials of this process run on; `accelerator` names the GPU, where known. The key changes with whatever changes a time: processor, runtime, threads, slots. */
export function describeDevice(
	engine: Engine,
	{ threads, slots, accelerator }: { threads: number; slots: number; accelerator?: string | undefined },
): Device {
	const cores = cpus();
	const { name, provider, versions } = engine;
	const isOnGpu = provider !== 'cpu' && provider !== 'wasm';
	const card = isOnGpu && accelerator ? ` + ${accelerator}` : '';
	const processor = `${cores[0]?.model.trim() || process.arch} (${cores.length} cores)${card}`;
	const parts = [process.platform, process.arch, processor, name, provider, versions, threads, slots];
	const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 6);
	const shared = slots > 1 ? `, ${slots} at a time` : '';
	const unusual = name === 'onnx' && provider === 'cpu' ? '' : `, ${name} on ${provider}`;
	return {
		key: `${provider}-${digest}-t${threads}`,
		label: `${processor}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${shared}${unusual}`,
		engine: name,
		provider,
		processor,
		threads,
		slots,
		versions: { ...versions },
	};
}
