import type { Value } from '../graph.ts';
import { gradientAlone, type Update, type UpdateRule } from './optimizer.ts';
import { norm, whereBothPositive } from './trust-ratio.ts';
import { lambdaOf, lambdaValue } from './velocity.ts';
import { isWeight } from './weight-decay.ts';

/**
 * m ← λm − ηr(g + wθ), θ ← θ + m with r = c‖θ‖ / (‖g‖ + w‖θ‖) for each weight: LARS (You, Gitman and Ginsburg, 2017, algorithm 1),
 * c its trust coefficient. Of what is no weight r = 1 and w = 0: momentum.
 */
export function larsRule(spec: { lambda: number; trustCoefficient: number; weightDecay: number }): UpdateRule {
	const { lambda, trustCoefficient, weightDecay } = spec;
	return {
		key: ['lars', trustCoefficient, weightDecay],
		slots: ['momentum'],
		inputs: () => ({ lambda }),
		build(outer) {
			const form = lambdaOf(outer, null);
			return {
				slots: ['momentum'],
				wantsEtaInGradient: false,
				begin: gradientAlone,
				finish(update, gradient) {
					const { graph, parameter, slots } = update;
					const step = isWeight(update.spec)
						? trustedStep(update, gradient, trustCoefficient, weightDecay)
						: graph.node('Mul', [gradient, update.eta]);
					const kept = graph.node('Mul', [slots[0]!, lambdaValue(graph, form)]);
					const after = graph.node('Sub', [kept, step]);
					return { parameter: graph.node('Add', [parameter, after]), slots: [after] };
				},
			};
		},
	};
}

/** ηr(g + wθ). */
function trustedStep(update: Update, gradient: Value, trustCoefficient: number, weightDecay: number): Value {
	const { graph, parameter, eta } = update;
	const weightNorm = norm(graph, parameter);
	const gradientNorm = norm(graph, gradient);
	const decayed = graph.node('Mul', [weightNorm, graph.constant(weightDecay)]);
	const trusted = graph.node('Mul', [weightNorm, graph.constant(trustCoefficient)]);
	const ratio = graph.node('Div', [trusted, graph.node('Add', [gradientNorm, decayed])]);
	const rate = graph.node('Mul', [eta, whereBothPositive(graph, [weightNorm, gradientNorm], ratio)]);
	if (weightDecay === 0) return graph.node('Mul', [gradient, rate]);
	const pull = graph.node('Mul', [parameter, graph.constant(weightDecay)]);
	return graph.node('Mul', [graph.node('Add', [gradient, pull]), rate]);
}
