import type { Graph, Value } from '../graph.ts';
import type { Accumulation } from './layer.ts';

/** ∂W = xᵀ·∂y and ∂b = Σ ∂y of y = x·W + b, each added in the product that computes it. All have two dimensions. */
export function addedGradients(
	graph: Graph,
	of: { rows: number; input: Value; gradient: Value; weight: Accumulation; bias: Accumulation },
): [Value, Value] {
	const { input, gradient, weight } = of;
	const added = graph.node('Gemm', [input, gradient, weight.into], {
		int: { transA: 1 },
		float: { alpha: weight.scale, beta: weight.decay },
	});
	return [added, addedSum(graph, of)];
}

/** ∂b alone. A row of ones sums the rows: one Gemm in place of ReduceSum, Mul and Sub, 5 % of an update at B = 1. */
export function addedSum(
	graph: Graph,
	{ rows, gradient, bias }: { rows: number; gradient: Value; bias: Accumulation },
): Value {
	const ones = graph.constant(new Array<number>(rows).fill(1), graph.real, [1, rows]);
	return graph.node('Gemm', [ones, gradient, bias.into], { float: { alpha: bias.scale, beta: bias.decay } });
}
