import type { DatasetSpec, ModelSpec } from '../contracts/sweep-spec.ts';
import { datasets } from './datasets.ts';
import { resolveModel } from './model-layers.ts';

/** Trainable numbers in the model. @throws ModelFault when it does not fit the data set */
export function countParameters(model: ModelSpec, dataset: DatasetSpec): number {
	return resolveModel(model, datasets[dataset.name]).parameters;
}
