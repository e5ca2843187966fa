import type { Layer } from './layer.ts';

/** y = tanh(x). ∂x = ∂y·(1 − y²). */
export const tanh: Layer = {
	parameterCount: 0,
	forward: (tf, input) => tf.tanh(input),
	backward: ({ tf, output, gradient }) => ({
		inputGradient: tf.mul(gradient, tf.sub(1, tf.square(output))),
		gradients: [],
	}),
};
