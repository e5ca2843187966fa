import type { DatasetName, DatasetSpec } from '@basin/core/contracts/sweep-spec.ts';
import { loadCifar10 } from './cifar10.ts';
import type { Dataset, DatasetSources } from './dataset.ts';
import { loadFashionMnist } from './fashion-mnist.ts';
import { loadMnist } from './mnist.ts';
import { makeSpirals } from './spirals.ts';

const loaders: Record<DatasetName, (sources: DatasetSources) => Promise<Dataset>> = {
	mnist: () => loadMnist(),
	'fashion-mnist': loadFashionMnist,
	cifar10: loadCifar10,
	spirals: async () => makeSpirals(),
};

export type LoadDataset = (dataset: Pick<DatasetSpec, 'name'>) => Promise<Dataset>;

/** Loads each data set once in the life of the loader; a failure is forgotten, so that the next trial tries again. */
export function createDatasetLoader(sources: DatasetSources): LoadDataset {
	const loaded = new Map<string, Promise<Dataset>>();
	return ({ name }) => {
		const known = loaded.get(name);
		if (known) return known;
		const loading = loaders[name](sources);
		loaded.set(name, loading);
		loading.catch(() => loaded.delete(name));
		return loading;
	};
}
