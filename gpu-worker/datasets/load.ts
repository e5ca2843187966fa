import { DatasetName, type DatasetSpec } from '@basin/core/contracts/sweep-spec.ts';
import { loadCifar10 } from './cifar10.ts';
import { type Dataset, DatasetError, type DatasetSources } from './dataset.ts';
import { loadFashionMnist } from './fashion-mnist.ts';
import { loadMnist } from './mnist.ts';
import { makeSpirals } from './spirals.ts';
import { loadUploaded } from './uploaded.ts';

const loaders: Record<DatasetName, (sources: DatasetSources) => Promise<Dataset>> = {
	mnist: () => loadMnist(),
	'fashion-mnist': loadFashionMnist,
	cifar10: loadCifar10,
	spirals: async () => makeSpirals(),
};

export type LoadDataset = (dataset: Pick<DatasetSpec, 'name' | 'sha256'>) => Promise<Dataset>;

/** Loads each data set once in the life of the loader; a failure is forgotten, so that the next trial tries again. */
export function createDatasetLoader(sources: DatasetSources): LoadDataset {
	const loaded = new Map<string, Promise<Dataset>>();
	return ({ name, sha256 }) => {
		const key = sha256 ?? name;
		const known = loaded.get(key);
		if (known) return known;
		const loading = sha256 === undefined ? loadBuiltIn(name, sources) : loadUploaded(sources.folder, name, sha256);
		loaded.set(key, loading);
		loading.catch(() => loaded.delete(key));
		return loading;
	};
}

async function loadBuiltIn(name: string, sources: DatasetSources): Promise<Dataset> {
	const builtIn = DatasetName.safeParse(name);
	if (!builtIn.success) throw new DatasetError(`There is no built-in data set ${name} in this version of Basin.`);
	return loaders[builtIn.data](sources);
}
