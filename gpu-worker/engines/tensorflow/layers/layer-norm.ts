import type { Layer } from './layer.ts';
import { axesBeforeLast, normalize, normalizedGradient } from './normalization.ts';

/** y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the units of an example, or the channels of a pixel (Ba et al., 2016). */
export function layerNorm({ epsilon }: { epsilon: number }): Layer {
	return {
		parameterCount: 2,
		forward: (tf, input, [gamma, beta]) =>
			tf.add(tf.mul(normalize(tf, input, [input.rank - 1], epsilon).values, gamma!), beta!),
		backward({ tf, input, parameters, gradient, needsInputGradient }) {
			const axes = [input.rank - 1];
			const normalized = normalize(tf, input, axes, epsilon);
			const rows = axesBeforeLast(input);
			return {
				gradients: [tf.sum(tf.mul(gradient, normalized.values), rows), tf.sum(gradient, rows)],
				inputGradient: needsInputGradient
					? normalizedGradient(tf, tf.mul(gradient, parameters[0]!), normalized, axes)
					: null,
			};
		},
	};
}
