import type { NamedArray } from '../port.ts';
import { Graph } from './graph.ts';
import type { Network } from './network.ts';

/** A model for use: `pixels` float32 [N, …inputShape], already scaled, to `logits` and `probabilities` [N, classes]. */
export function buildInferenceModel(spec: {
	network: Network;
	inputShape: readonly number[];
	inputScale: number;
	classes: number;
	parameters: ReadonlyMap<string, NamedArray>;
}): Uint8Array {
	const graph = new Graph();
	const pixels = graph.input('pixels', 'float', ['N', ...spec.inputShape]);
	const weights = spec.network.parameters.map(({ name, shape }) =>
		graph.weights(name, spec.parameters.get(name)!.values, shape),
	);
	const logits = spec.network.forward(graph, pixels, weights, 'inference').at(-1)!.output;
	graph.output('logits', logits, 'float', ['N', spec.classes]);
	graph.output('probabilities', graph.node('Softmax', [logits]), 'float', ['N', spec.classes]);
	return graph.serialize('basin', {
		input: `pixels: the data set's values times ${spec.inputScale}`,
		output: 'logits, probabilities',
	});
}
