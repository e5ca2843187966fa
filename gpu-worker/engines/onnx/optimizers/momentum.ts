import type { Value } from '../graph.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * m ← λm − ηg, θ ← θ + m. The gradient comes with η in it.
 * λ is a number, folded into the product that computes g, or a value of the graph, which costs one more pass over m.
 */
export function momentum(lambda: { folded: number } | { value: Value }): Optimizer {
	return {
		slots: ['momentum'],
		begin(graph, _parameter, slots) {
			if ('folded' in lambda) return { into: slots[0]!, decay: lambda.folded, scale: -1 };
			return { into: graph.node('Mul', [slots[0]!, lambda.value]), decay: 1, scale: -1 };
		},
		finish(graph, parameter, _slots, accumulated) {
			return { parameter: graph.node('Add', [parameter, accumulated]), slots: [accumulated] };
		},
	};
}

/** θ ← θ − ηg: momentum with λ = 0, which has nothing to remember. Saves the passes over m: 0.04 of 0.08 ms at B = 1. */
export function gradientDescent(): Optimizer {
	return {
		slots: [],
		begin: (_graph, parameter) => ({ into: parameter, decay: 1, scale: -1 }),
		finish: (_graph, _parameter, _slots, accumulated) => ({ parameter: accumulated, slots: [] }),
	};
}
