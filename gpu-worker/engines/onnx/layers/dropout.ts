import { count, type LayerShape, type LayerSpec } from '@basin/core/domain/network-shape.ts';
import { dropThreshold, layerWords } from '../../dropout.ts';
import type { Graph, Value } from '../graph.ts';
import type { Layer } from './layer.ts';

/** y = x·d, d 0 for the part `rate` of the numbers and 1/(1 − rate) for the others (Srivastava et al., 2014). ∂x = ∂y·d. */
export function dropout(
	{ rate }: LayerSpec & { kind: 'dropout' },
	name: string,
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const numbers = count(inputShape);
	const masked = (graph: Graph, value: Value, mask: Value) => {
		const product = graph.node('Mul', [graph.reshape(value, [-1, numbers]), mask]);
		return graph.reshape(product, [-1, inputShape.at(-1)!]);
	};
	return {
		...shape,
		forward(graph, input, _parameters, mode) {
			if (mode === 'inference') return { output: input };
			const words = graph.constant([...layerWords(name, numbers)], 'int32', [1, numbers]);
			const sum = graph.node('Add', [graph.reshape(mode.words!, [-1, 1]), words]);
			const mixed = graph.node('Add', [graph.node('Mul', [sum, sum]), words]);
			const drawn = graph.node('Mul', [mixed, mixed]);
			const isKept = graph.node('GreaterOrEqual', [drawn, graph.constant(dropThreshold(rate), 'int32')]);
			const mask = graph.node('Mul', [graph.cast(isKept, graph.real), graph.constant(1 / (1 - rate))]);
			return { output: masked(graph, input, mask), kept: [mask] };
		},
		backward({ graph, kept, gradient }) {
			return { inputGradient: masked(graph, gradient, kept[0]!), accumulated: [] };
		},
	};
}
