import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import type { Device } from '@basin/core/contracts/device.ts';
import type { Engine } from './engines/port.ts';

/** What trials of this process run on. The key changes with whatever changes a time: processor, runtime, threads, slots. */
export function describeDevice(engine: Engine, { threads, slots }: { threads: number; slots: number }): Device {
	const cores = cpus();
	const processor = `${cores[0]?.model.trim() || process.arch} (${cores.length} cores)`;
	const { name, provider, versions } = engine;
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
