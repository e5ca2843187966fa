import type { InputType } from '../port.ts';
import { gatherInput, inputValues, outputMeasures, stateName } from './epoch-graph.ts';
import { Graph } from './graph.ts';
import type { Loss } from './losses/loss.ts';
import type { Network } from './network.ts';

/** Loss and hit of the rows that `indexes` names, any number of them. */
export function buildEvaluationGraph(spec: {
	network: Network;
	loss: Loss;
	inputShape: readonly number[];
	inputType?: InputType | undefined;
	inputScale: number;
}): Graph {
	const { network, loss, inputShape, inputScale } = spec;
	const graph = new Graph();
	const values = inputValues(graph, inputShape, spec.inputType);
	const labels = graph.input('labels', 'uint8', ['examples']);
	const indexes = graph.input('indexes', 'int32', ['rows']);
	const parameters = network.parameters.map(({ name, shape }) => graph.input(stateName(name), graph.real, shape));
	const truth = graph.cast(graph.node('Gather', [labels, indexes]), 'int64');
	const logits = network
		.forward(graph, gatherInput(graph, values, indexes, inputScale), parameters, 'inference')
		.at(-1)!.output;
	outputMeasures(graph, loss, logits, loss.targets(graph, truth), truth);
	return graph;
}
