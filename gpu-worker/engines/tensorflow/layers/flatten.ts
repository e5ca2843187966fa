import { plainLayer } from './layer.ts';

/** The pixels of an image side by side. */
export const flatten = plainLayer(
	(tf, input) => tf.reshape(input, [input.shape[0]!, -1]),
	({ tf, input, gradient }) => tf.reshape(gradient, input.shape),
);
