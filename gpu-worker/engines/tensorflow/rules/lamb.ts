import { type MomentsSpec, momentSlots, moments } from './moments.ts';
import { type Rule, whereBothPositive } from './rule.ts';

/** d = m̂/(√v̂ + ε) + wθ, θ ← θ − η(‖θ‖/‖d‖)d for each weight, and Adam for the rest: LAMB (You et al., 2020, algorithm 2). */
export function lamb(spec: MomentsSpec & { weightDecay: number }): Rule {
	return {
		slots: momentSlots,
		apply(step) {
			const { tf, parameter, eta, isWeight } = step;
			const { direction, slots } = moments(step, spec);
			if (!isWeight) return { parameter: tf.sub(parameter, tf.mul(direction, eta)), slots };
			const whole = tf.add(direction, tf.mul(parameter, spec.weightDecay));
			const norms = [tf.norm(parameter), tf.norm(whole)] as const;
			const rate = tf.mul(eta, whereBothPositive(tf, norms, tf.div(norms[0], norms[1])));
			return { parameter: tf.sub(parameter, tf.mul(whole, rate)), slots };
		},
	};
}
