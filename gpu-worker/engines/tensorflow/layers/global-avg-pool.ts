import { plainLayer } from './layer.ts';

/** y = the mean over all pixels of each channel. ∂x = ∂y / pixels at each. */
export const globalAvgPool = plainLayer(
	(tf, input) => tf.mean(input, [1, 2]),
	({ tf, input, gradient }) => {
		const [rows, height, width, channels] = input.shape as [number, number, number, number];
		const share = tf.reshape(tf.div(gradient, height * width), [rows, 1, 1, channels]);
		return tf.tile(share, [1, height, width, 1]);
	},
);
