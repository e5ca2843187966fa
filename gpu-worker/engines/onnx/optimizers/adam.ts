import { correctionInputs, type MomentsSpec, momentSlots, moments } from './moments.ts';
import { gradientAlone, type UpdateRule } from './optimizer.ts';
import { decayStep } from './weight-decay.ts';

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − η(m̂/(√v̂ + ε) + wθ): Adam (Kingma and Ba, 2015), and with w > 0 AdamW
 * (Loshchilov and Hutter, 2019): the decay is apart from the gradient, because √v̂ would divide it away. w is 0 for what is no weight.
 */
export function adamRule(spec: MomentsSpec & { weightDecay: number }): UpdateRule {
	const { beta1, beta2, weightDecay } = spec;
	return {
		key: ['adam', beta1, beta2, weightDecay],
		slots: momentSlots,
		inputs: (done, updates) => correctionInputs(spec, done, updates),
		build(outer) {
			const update = moments(outer, spec);
			return {
				slots: momentSlots,
				wantsEtaInGradient: false,
				begin: gradientAlone,
				finish(step, gradient) {
					const { graph, parameter, eta } = step;
					const { slots, direction, correction } = update(step, gradient);
					const moved = graph.node('Mul', [direction, graph.node('Mul', [eta, correction])]);
					const decay = decayStep(step, weightDecay);
					const kept = decay === null ? parameter : graph.node('Sub', [parameter, decay]);
					return { parameter: graph.node('Sub', [kept, moved]), slots };
				},
			};
		},
	};
}
