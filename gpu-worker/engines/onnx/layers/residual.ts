import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Chain } from './chain.ts';
import type { ForwardOutput, Layer } from './layer.ts';

/**
 * y = f(x) + s(x), f a chain of layers (He et al., 2015). s is x itself, or where f changes the shape a convolution with 1 × 1
 * kernels. The gradient takes both ways.
 */
export function residual(shape: LayerShape, chain: Chain, shortcut: Layer | null): Layer {
	const own = chain.parameters.length;
	return {
		...shape,
		forward(graph, input, parameters, mode) {
			const activations = chain.forward(graph, input, parameters.slice(0, own), mode);
			const past = shortcut?.forward(graph, input, parameters.slice(own), mode) ?? { output: input };
			const output = graph.node('Add', [activations.at(-1)!.output, past.output]);
			return { output, inner: [past, ...activations] };
		},
		backward({ inner, parameters, accumulations, ...rest }) {
			const [past, ...activations] = inner as [ForwardOutput, ...ForwardOutput[]];
			const through = chain.backward({
				...rest,
				activations,
				parameters: parameters.slice(0, own),
				accumulations: accumulations.slice(0, own),
			});
			const beside = shortcut?.backward({
				...rest,
				output: past.output,
				kept: past.kept ?? [],
				inner: [],
				parameters: parameters.slice(own),
				accumulations: accumulations.slice(own),
			}) ?? { inputGradient: rest.gradient, accumulated: [] };
			const accumulated = [...through.accumulated, ...beside.accumulated];
			if (through.inputGradient === null || beside.inputGradient === null) return { inputGradient: null, accumulated };
			const sum = rest.graph.node('Add', [through.inputGradient, beside.inputGradient]);
			return { inputGradient: sum, accumulated };
		},
	};
}
