import { type Rule, withDecay } from './rule.ts';

/** m ← λm − η(g + wθ), θ ← θ + m (Polyak, 1964). At λ = 0 there is nothing to remember. */
export function momentum({ lambda, weightDecay }: { lambda: number; weightDecay: number }): Rule {
	return {
		slots: lambda === 0 ? [] : ['momentum'],
		apply(step) {
			const { tf, parameter, slots, eta } = step;
			const descent = tf.mul(withDecay(step, weightDecay), eta);
			if (lambda === 0) return { parameter: tf.sub(parameter, descent), slots: [] };
			const after = tf.sub(tf.mul(slots[0]!, lambda), descent);
			return { parameter: tf.add(parameter, after), slots: [after] };
		},
	};
}
