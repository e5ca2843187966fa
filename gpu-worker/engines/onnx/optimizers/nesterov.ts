import type { UpdateRule } from './optimizer.ts';
import { sgdRule } from './sgd.ts';
import { foldsLambda, lambdaOf, lambdaValue, velocity } from './velocity.ts';

/**
 * m' = λm − η(g + wθ), θ ← θ + λm' − η(g + wθ): Nesterov's accelerated gradient (1983; Sutskever et al., 2013) with θ at the point
 * looked ahead to, as PyTorch and Keras have it. The second step is taken as m' + λ(m' − m), which needs no gradient of its own.
 */
export function nesterovRule(spec: { lambda: number; weightDecay: number }, batchSize: number): UpdateRule {
	const { lambda, weightDecay } = spec;
	if (lambda === 0) return sgdRule({ weightDecay });
	const folded = foldsLambda(batchSize) ? lambda : null;
	return {
		key: ['nesterov', folded ?? 'input', weightDecay],
		slots: ['momentum'],
		inputs: () => (folded === null ? { lambda } : {}),
		build(graph) {
			const form = lambdaOf(graph, folded);
			return {
				slots: ['momentum'],
				wantsEtaInGradient: true,
				begin: (update) => velocity(update, form, weightDecay),
				finish({ graph, parameter, slots }, after) {
					const change = graph.node('Sub', [after, slots[0]!]);
					const ahead = graph.node('Mul', [change, lambdaValue(graph, form)]);
					const moved = graph.node('Add', [parameter, after]);
					return { parameter: graph.node('Add', [moved, ahead]), slots: [after] };
				},
			};
		},
	};
}
