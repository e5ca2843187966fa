import type { Graph, Value } from '../graph.ts';

/** What a network is trained to make small: the mean of this over the batch. */
export interface Loss {
	/** Targets of the shape of the logits, from integer labels; made once an epoch. */
	targets(graph: Graph, labels: Value): Value;
	/** ∂L/∂logits times `scale`, where L is the sum over the batch. */
	gradient(graph: Graph, logits: Value, targets: Value, scale: Value): Value;
	/** Loss of each example. */
	perExample(graph: Graph, logits: Value, targets: Value): Value;
}
