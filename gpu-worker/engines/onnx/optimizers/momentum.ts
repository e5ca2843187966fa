import type { UpdateRule } from './optimizer.ts';
import { sgdRule } from './sgd.ts';
import { foldsLambda, lambdaOf, velocity } from './velocity.ts';

/**
 * m ← λm − η(g + wθ), θ ← θ + m (Polyak, 1964). The gradient comes with η in it. w is 0 for what is no weight.
 * At λ = 0 it is gradient descent, which has nothing to remember.
 */
export function momentumRule(spec: { lambda: number; weightDecay: number }, batchSize: number): UpdateRule {
	const { lambda, weightDecay } = spec;
	if (lambda === 0) return sgdRule({ weightDecay });
	const folded = foldsLambda(batchSize) ? lambda : null;
	return {
		key: ['momentum', folded ?? 'input', weightDecay],
		slots: ['momentum'],
		inputs: () => (folded === null ? { lambda } : {}),
		build(graph) {
			const form = lambdaOf(graph, folded);
			return {
				slots: ['momentum'],
				wantsEtaInGradient: true,
				...(folded !== null && weightDecay === 0 && { recurrence: { lambda } }),
				begin: (update) => velocity(update, form, weightDecay),
				finish({ graph, parameter }, accumulated) {
					return { parameter: graph.node('Add', [parameter, accumulated]), slots: [accumulated] };
				},
			};
		},
	};
}
