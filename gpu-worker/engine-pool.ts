import type { Device } from '@basin/core/contracts/device.ts';
import type { ProviderName } from '@basin/core/contracts/env.ts';
import type { EngineChoice, EngineName } from '@basin/core/contracts/sweep-spec.ts';
import { describeDevice } from './device.ts';
import { openOnnxEngine } from './engines/onnx/engine.ts';
import type { Engine } from './engines/port.ts';
import { createTensorflowEngine } from './engines/tensorflow/engine.ts';

/** An engine and what its trials run on. */
export interface OpenedEngine {
	engine: Engine;
	device: Device;
}

export interface EnginePool {
	readonly names: readonly EngineName[];
	/** @throws when the engine cannot run here; the next call tries again */
	open(choice: EngineChoice): Promise<OpenedEngine>;
	close(): Promise<void>;
}

interface Settings {
	threads: number;
	slots: number;
	/** Of the engine `onnx`. */
	provider?: ProviderName | undefined;
	/** What a GPU provider computes on, where known. */
	accelerator?: string | undefined;
}

const openers: Record<EngineName, (settings: Settings) => Promise<Engine>> = {
	onnx: ({ threads, provider = 'cpu' }) => openOnnxEngine({ threads, provider }),
	tensorflow: createTensorflowEngine,
};

/**
 * The engines of one process. Each is opened when a trial first asks for it: TensorFlow.js takes 0.1 s and
 * 8 MiB with wasm, 1.1 s and 215 MiB with libtensorflow.
 */
export function createEnginePool(settings: Settings): EnginePool {
	const opened = new Map<EngineName, Promise<OpenedEngine>>();
	return {
		names: Object.keys(openers) as EngineName[],
		open: (choice) => {
			const name = choice === 'auto' ? 'onnx' : choice;
			const known = opened.get(name);
			if (known) return known;
			const opening = openEngine(name, settings);
			opened.set(name, opening);
			opening.catch(() => opened.delete(name));
			return opening;
		},
		close: async () => {
			for (const opening of opened.values()) await (await opening).engine.close();
		},
	};
}

async function openEngine(name: EngineName, settings: Settings): Promise<OpenedEngine> {
	const engine = await openers[name](settings);
	return { engine, device: describeDevice(engine, { ...settings, threads: engine.threads }) };
}
