import { plainLayer } from './layer.ts';

/** y = max(x, 0). ∂x = ∂y where y > 0. */
export const relu = plainLayer(
	(tf, input) => tf.relu(input),
	({ tf, output, gradient }) => tf.mul(gradient, tf.step(output)),
);
