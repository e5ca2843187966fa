import { type MomentsSpec, momentSlots, moments } from './moments.ts';
import type { Rule } from './rule.ts';

/** θ ← θ − η(m̂/(√v̂ + ε) + wθ): Adam (Kingma and Ba, 2015), and with w > 0 AdamW (Loshchilov and Hutter, 2019). */
export function adam(spec: MomentsSpec & { weightDecay: number }): Rule {
	return {
		slots: momentSlots,
		apply(step) {
			const { tf, parameter, eta, isWeight } = step;
			const { direction, slots } = moments(step, spec);
			const decay = isWeight ? spec.weightDecay : 0;
			const whole = decay > 0 ? tf.add(direction, tf.mul(parameter, decay)) : direction;
			return { parameter: tf.sub(parameter, tf.mul(whole, eta)), slots };
		},
	};
}
