import { plainLayer } from './layer.ts';

/** y = 1/(1 + e⁻ˣ). ∂x = ∂y·y·(1 − y). */
export const sigmoid = plainLayer(
	(tf, input) => tf.sigmoid(input),
	({ tf, output, gradient }) => tf.mul(gradient, tf.mul(output, tf.sub(1, output))),
);
