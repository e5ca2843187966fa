import type { LayerShape } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import type { Layer } from './layer.ts';

/** y = x·Φ(x), Φ the standard normal distribution (Hendrycks 2016; exact, as Keras's default). ∂x = ∂y·(Φ(x) + x·φ(x)). */
export function gelu(shape: LayerShape): Layer {
	return {
		...shape,
		forward(graph, input) {
			const normal = distribution(graph, input);
			return { output: graph.node('Mul', [input, normal]), kept: [normal] };
		},
		backward({ graph, input, kept, gradient }) {
			const exponent = graph.node('Mul', [graph.node('Mul', [input, input]), graph.constant(-0.5)]);
			const density = graph.node('Mul', [graph.node('Exp', [exponent]), graph.constant(1 / Math.sqrt(2 * Math.PI))]);
			const slope = graph.node('Add', [kept[0]!, graph.node('Mul', [input, density])]);
			return { inputGradient: graph.node('Mul', [gradient, slope]), accumulated: [] };
		},
	};
}

/** Φ(x) = (1 + erf(x/√2))/2. The runtime has erf for float32 only; 64 bits are for gradient checks, where it is near enough. */
function distribution(graph: Graph, x: Value): Value {
	const scaled = graph.node('Mul', [x, graph.constant(Math.SQRT1_2)]);
	const erf =
		graph.real === 'float'
			? graph.node('Erf', [scaled])
			: graph.cast(graph.node('Erf', [graph.cast(scaled, 'float')]), graph.real);
	return graph.node('Add', [graph.node('Mul', [erf, graph.constant(0.5)]), graph.constant(0.5)]);
}
