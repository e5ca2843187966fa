import { type Layer, plainLayer } from './layer.ts';

/** y = x where x > 0, and s·x elsewhere. ∂x = ∂y or s·∂y. */
export function leakyRelu({ negativeSlope }: { negativeSlope: number }): Layer {
	return plainLayer(
		(tf, input) => tf.leakyRelu(input, negativeSlope),
		({ tf, input, gradient }) => {
			const slope = tf.add(tf.mul(tf.step(input), 1 - negativeSlope), negativeSlope);
			return tf.mul(gradient, slope);
		},
	);
}
