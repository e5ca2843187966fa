import { count, type LayerShape, type LayerSpec } from '@basin/core/domain/network-shape.ts';
import { addedSum } from './gradient-product.ts';
import type { Layer } from './layer.ts';
import { normalize, normalizedGradient } from './normalization.ts';

/** y = γ·x̂ + β, x̂ of mean 0 and variance 1 over the units of an example, or the channels of a pixel (Ba et al., 2016). */
export function layerNorm(
	{ epsilon }: LayerSpec & { kind: 'layerNorm' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const rowsPerExample = count(inputShape) / inputShape.at(-1)!;
	return {
		...shape,
		forward(graph, input, [gamma, beta]) {
			const { values, inverse } = normalize(graph, input, { axis: 1, epsilon });
			const output = graph.node('Add', [graph.node('Mul', [values, gamma!]), beta!]);
			return { output, kept: [values, inverse] };
		},
		backward({ graph, rows: examples, kept, parameters, gradient, accumulations, needsInputGradient }) {
			const [values, inverse] = [kept[0]!, kept[1]!];
			const rows = examples * rowsPerExample;
			const [gamma, beta] = [accumulations[0]!, accumulations[1]!];
			const accumulated = [
				addedSum(graph, { rows, gradient: graph.node('Mul', [gradient, values]), bias: gamma }),
				addedSum(graph, { rows, gradient, bias: beta }),
			];
			if (!needsInputGradient) return { inputGradient: null, accumulated };
			const scaled = graph.node('Mul', [gradient, parameters[0]!]);
			return { inputGradient: normalizedGradient(graph, scaled, { values, inverse }, 1), accumulated };
		},
	};
}
