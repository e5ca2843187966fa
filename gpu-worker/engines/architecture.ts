import type { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import type { Rows } from '../datasets/dataset.ts';
import type { Architecture, LayerSpec } from './port.ts';

interface Examples {
	inputShape: readonly number[];
	inputScale: number;
	classes: number;
	train: Pick<Rows, 'values'>;
}

/** Spells a preset out as layers. Both presets see an image as one row of numbers. */
export function resolveArchitecture(model: ModelSpec, examples: Examples): Architecture {
	const { inputShape, inputScale, classes, train } = examples;
	const inputType = train.values instanceof Float32Array ? 'float32' : 'uint8';
	const inputs = inputShape.reduce((product, side) => product * side, 1);
	return { inputShape: [inputs], inputType, inputScale, classes, layers: presetLayers(model, classes) };
}

function presetLayers(model: ModelSpec, classes: number): LayerSpec[] {
	if (model.preset === 'softmax') return [{ kind: 'dense', units: classes, initializer: model.initializer }];
	const initializer = model.initializer ?? (model.activation === 'relu' ? 'heNormal' : 'glorotUniform');
	const hidden = model.hidden.flatMap((units): LayerSpec[] => [
		{ kind: 'dense', units, initializer },
		{ kind: model.activation },
	]);
	return [...hidden, { kind: 'dense', units: classes, initializer }];
}
