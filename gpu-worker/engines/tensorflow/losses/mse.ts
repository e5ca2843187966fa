import type { Loss } from './loss.ts';

/** (1/K) Σₖ (zₖ − onehotₖ)². ∂/∂z = (2/K)(z − onehot). */
export function meanSquaredError(classes: number): Loss {
	return {
		target: { on: 1, off: 0 },
		gradient: (tf, logits, targets) => tf.mul(tf.sub(logits, targets), 2 / classes),
		perExample(z, label) {
			let squares = 0;
			for (const [index, value] of z.entries()) squares += (value - (index === label ? 1 : 0)) ** 2;
			return squares / classes;
		},
	};
}
