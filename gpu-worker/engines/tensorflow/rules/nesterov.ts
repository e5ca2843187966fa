import { momentum } from './momentum.ts';
import { type Rule, withDecay } from './rule.ts';

/** m ← λm − η(g + wθ), θ ← θ + λm − η(g + wθ) (Nesterov, 1983), θ at the point looked ahead to, as in PyTorch and Keras. */
export function nesterov(spec: { lambda: number; weightDecay: number }): Rule {
	if (spec.lambda === 0) return momentum(spec);
	const { lambda, weightDecay } = spec;
	return {
		slots: ['momentum'],
		apply(step) {
			const { tf, parameter, slots, eta } = step;
			const descent = tf.mul(withDecay(step, weightDecay), eta);
			const after = tf.sub(tf.mul(slots[0]!, lambda), descent);
			return { parameter: tf.add(parameter, tf.sub(tf.mul(after, lambda), descent)), slots: [after] };
		},
	};
}
