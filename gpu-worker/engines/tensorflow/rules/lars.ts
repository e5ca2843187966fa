import { type Rule, whereBothPositive, withDecay } from './rule.ts';

/**
 * m ← λm − ηr(g + wθ), θ ← θ + m with r = c‖θ‖ / (‖g‖ + w‖θ‖) for each weight, and 1 for the rest: LARS (You, Gitman and
 * Ginsburg, 2017, algorithm 1), c its trust coefficient.
 */
export function lars(spec: { lambda: number; trustCoefficient: number; weightDecay: number }): Rule {
	const { lambda, trustCoefficient, weightDecay } = spec;
	return {
		slots: ['momentum'],
		apply(step) {
			const { tf, parameter, gradient, slots, eta, isWeight } = step;
			const norms = [tf.norm(parameter), tf.norm(gradient)] as const;
			const quotient = tf.div(tf.mul(norms[0], trustCoefficient), tf.add(norms[1], tf.mul(norms[0], weightDecay)));
			const rate = isWeight ? tf.mul(eta, whereBothPositive(tf, norms, quotient)) : eta;
			const after = tf.sub(tf.mul(slots[0]!, lambda), tf.mul(withDecay(step, weightDecay), rate));
			return { parameter: tf.add(parameter, after), slots: [after] };
		},
	};
}
