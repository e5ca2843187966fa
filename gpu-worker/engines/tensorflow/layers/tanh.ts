import { plainLayer } from './layer.ts';

/** y = tanh(x). ∂x = ∂y·(1 − y²). */
export const tanh = plainLayer(
	(tf, input) => tf.tanh(input),
	({ tf, output, gradient }) => tf.mul(gradient, tf.sub(1, tf.square(output))),
);
