import type { DatasetSpec, ModelSpec } from '../contracts/sweep-spec.ts';
import { datasets } from './datasets.ts';

/** Widths of the dense layers from input to output: `[784, 128, 10]` for the default `mlp` on MNIST. */
export function layerWidths(model: ModelSpec, dataset: DatasetSpec): number[] {
	const { inputShape, classes } = datasets[dataset.name];
	const inputs = inputShape.reduce((product, side) => product * side, 1);
	return model.preset === 'softmax' ? [inputs, classes] : [inputs, ...model.hidden, classes];
}

/** Trainable numbers in the model: weights and biases of every dense layer. */
export function countParameters(model: ModelSpec, dataset: DatasetSpec): number {
	const widths = layerWidths(model, dataset);
	return widths.slice(1).reduce((total, outputs, index) => total + (widths[index]! + 1) * outputs, 0);
}
