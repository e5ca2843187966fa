import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Tensor } from '@tensorflow/tfjs-core';
import { dropoutMask, layerWords } from '../../dropout.ts';
import type { TensorFlow } from '../backend.ts';
import { type Layer, plainLayer, type Training } from './layer.ts';

/** y = x·d, d 0 for the part `rate` of the numbers and 1/(1 − rate) for the others (Srivastava et al., 2014). ∂x = ∂y·d. */
export function dropout({ rate }: LayerSpec & { kind: 'dropout' }, name: string): Layer {
	const masked = (tf: TensorFlow, x: Tensor, { words }: Training) => {
		const mask = dropoutMask(words!, layerWords(name, x.size / x.shape[0]!), rate);
		return tf.mul(x, tf.tensor(mask, x.shape));
	};
	return plainLayer(
		(tf, input, _parameters, mode) => (mode === 'inference' ? tf.clone(input) : masked(tf, input, mode)),
		({ tf, gradient, training }) => masked(tf, gradient, training),
	);
}
