import type { Layer } from './layer.ts';

/** y = max(x, 0). ∂x = ∂y where y > 0. */
export const relu: Layer = {
	parameterCount: 0,
	forward: (tf, input) => tf.relu(input),
	backward: ({ tf, output, gradient }) => ({ inputGradient: tf.mul(gradient, tf.step(output)), gradients: [] }),
};
