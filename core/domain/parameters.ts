import type { DatasetInfo } from '../contracts/api.ts';
import type { ModelSpec } from '../contracts/sweep-spec.ts';
import { resolveModel } from './model-layers.ts';

/** Trainable numbers in the model. @throws ModelFault when it does not fit the data set */
export function countParameters(model: ModelSpec, dataset: DatasetInfo): number {
	return resolveModel(model, dataset).parameters;
}
