import type { DatasetName } from '@basin/core/contracts/sweep-spec.ts';
import type { Dataset } from './dataset.ts';
import { loadMnist } from './mnist.ts';

const loaders: Record<DatasetName, () => Promise<Dataset>> = { mnist: () => loadMnist() };
const loaded = new Map<DatasetName, Promise<Dataset>>();

/** Loads a data set once in the life of a process; a failure is forgotten, so that the next trial tries again. */
export function loadDataset(name: DatasetName): Promise<Dataset> {
	const known = loaded.get(name);
	if (known) return known;
	const loading = loaders[name]();
	loaded.set(name, loading);
	loading.catch(() => loaded.delete(name));
	return loading;
}
