import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import { addedGradients } from './gradient-product.ts';
import type { Layer } from './layer.ts';

/** y = x·W + b with W [inputs, units]. ∂W = xᵀ·∂y, ∂b = Σ ∂y over the batch, ∂x = ∂y·Wᵀ. */
export function dense(shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input, parameters) {
			return { output: graph.node('Gemm', [input, ...parameters]) };
		},
		backward({ graph, rows, input, parameters, gradient, accumulations, needsInputGradient }) {
			const [weight, bias] = [accumulations[0]!, accumulations[1]!];
			return {
				accumulated: addedGradients(graph, { rows, input, gradient, weight, bias }),
				inputGradient: needsInputGradient
					? graph.node('Gemm', [gradient, parameters[0]!], { int: { transB: 1 } })
					: null,
			};
		},
	};
}
