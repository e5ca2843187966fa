import type { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { ModelFault, resolveModel } from '@basin/core/domain/model-layers.ts';
import type { Rows } from '../datasets/dataset.ts';
import { type Architecture, SpecError } from './port.ts';

interface Examples {
	inputShape: readonly number[];
	inputScale: number;
	classes: number;
	train: Pick<Rows, 'values'>;
}

/** Spells a model out for a data set. @throws SpecError when it does not fit */
export function resolveArchitecture(model: ModelSpec, examples: Examples): Architecture {
	const { inputScale, classes, train } = examples;
	const inputType = train.values instanceof Float32Array ? 'float32' : 'uint8';
	try {
		const { inputShape, layers } = resolveModel(model, examples);
		return { inputShape, inputType, inputScale, classes, layers };
	} catch (error) {
		if (error instanceof ModelFault) throw new SpecError(`${error.pointer} ${error.message}.`);
		throw error;
	}
}
