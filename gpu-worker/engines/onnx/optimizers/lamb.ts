import { correctionInputs, type MomentsSpec, momentSlots, moments } from './moments.ts';
import { gradientAlone, type UpdateRule } from './optimizer.ts';
import { norm, whereBothPositive } from './trust-ratio.ts';
import { isWeight } from './weight-decay.ts';

/**
 * d = m̂/(√v̂ + ε) + wθ, θ ← θ − η(‖θ‖/‖d‖)d for each weight, with Adam's moments: LAMB (You et al., 2020, algorithm 2, φ the
 * identity). Of what is no weight the ratio is 1 and w = 0: Adam.
 */
export function lambRule(spec: MomentsSpec & { weightDecay: number }): UpdateRule {
	const { beta1, beta2, weightDecay } = spec;
	return {
		key: ['lamb', beta1, beta2, weightDecay],
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
					if (!isWeight(step.spec)) {
						const moved = graph.node('Mul', [direction, graph.node('Mul', [eta, correction])]);
						return { parameter: graph.node('Sub', [parameter, moved]), slots };
					}
					const corrected = graph.node('Mul', [direction, correction]);
					const pull = graph.node('Mul', [parameter, graph.constant(weightDecay)]);
					const whole = weightDecay === 0 ? corrected : graph.node('Add', [corrected, pull]);
					const norms = [norm(graph, parameter), norm(graph, whole)] as const;
					const ratio = whereBothPositive(graph, norms, graph.node('Div', norms));
					const moved = graph.node('Mul', [whole, graph.node('Mul', [eta, ratio])]);
					return { parameter: graph.node('Sub', [parameter, moved]), slots };
				},
			};
		},
	};
}
