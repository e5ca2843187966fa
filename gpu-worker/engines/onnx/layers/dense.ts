import type { LayerSpec } from '../../port.ts';
import { SpecError } from '../../port.ts';
import type { Layer } from './layer.ts';

/** y = x·W + b with W [inputs, units]. ∂W = xᵀ·∂y, ∂b = Σ ∂y over the batch, ∂x = ∂y·Wᵀ. */
export function dense(spec: LayerSpec & { kind: 'dense' }, name: string, inputShape: readonly number[]): Layer {
	if (inputShape.length !== 1) {
		throw new SpecError(
			`Layer ${name} needs a flat input, but gets [${inputShape.join(', ')}]. Put a flatten before it.`,
		);
	}
	const inputs = inputShape[0]!;
	const { units, initializer } = spec;
	const fans = { fanIn: inputs, fanOut: units };
	return {
		outputShape: [units],
		parameters: [
			{ name: `${name}/weight`, shape: [inputs, units], initializer, ...fans },
			{ name: `${name}/bias`, shape: [units], initializer: 'zeros', ...fans },
		],
		forward(graph, input, parameters) {
			return graph.node('Gemm', [input, ...parameters]);
		},
		backward({ graph, rows, input, parameters, gradient, accumulations, needsInputGradient }) {
			const [weight, bias] = [accumulations[0]!, accumulations[1]!];
			// A row of ones sums the batch: one Gemm in place of ReduceSum, Mul and Sub, 5 % of an update at B = 1.
			const ones = graph.constant(new Array<number>(rows).fill(1), graph.real, [1, rows]);
			return {
				accumulated: [
					graph.node('Gemm', [input, gradient, weight.into], {
						int: { transA: 1 },
						float: { alpha: weight.scale, beta: weight.decay },
					}),
					graph.node('Gemm', [ones, gradient, bias.into], { float: { alpha: bias.scale, beta: bias.decay } }),
				],
				inputGradient: needsInputGradient
					? graph.node('Gemm', [gradient, parameters[0]!], { int: { transB: 1 } })
					: null,
			};
		},
	};
}
