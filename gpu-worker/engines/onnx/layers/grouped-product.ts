import type { Graph, Value } from '../graph.ts';
import type { Accumulation } from './layer.ts';

/** Channels in `groups` equal parts, each convolved by itself. */
interface Grouping {
	groups: number;
	taps: number;
}

/** What windows see [R, taps · groups · a] times weights [taps · a, groups · b], group by group: [R, groups · b]. */
export function groupedProduct(
	graph: Graph,
	{ seen, seenWidth, weight, weightWidth }: { seen: Value; seenWidth: number; weight: Value; weightWidth: number },
	{ groups, taps }: Grouping,
): Value {
	const inner = seenWidth / groups;
	const parts = transpose(graph, graph.reshape(seen, [-1, taps, groups, inner]), [2, 0, 1, 3]);
	const left = graph.reshape(parts, [groups, -1, taps * inner]);
	const product = graph.node('MatMul', [left, byGroup(graph, weight, groups, weightWidth)]);
	return graph.reshape(transpose(graph, product, [1, 0, 2]), [-1, weightWidth]);
}

/** ∂W [taps · a, groups · b] from what the windows saw and ∂y [R, groups · b], added where `weight` says. */
export function groupedGradient(
	graph: Graph,
	of: { seen: Value; seenWidth: number; gradient: Value; gradientWidth: number; weight: Accumulation },
	{ groups, taps }: Grouping,
): Value {
	const inner = of.seenWidth / groups;
	const parts = transpose(graph, graph.reshape(of.seen, [-1, taps, groups, inner]), [2, 1, 3, 0]);
	const left = graph.reshape(parts, [groups, taps * inner, -1]);
	const product = graph.node('MatMul', [left, byGroup(graph, of.gradient, groups, of.gradientWidth)]);
	const whole = graph.reshape(transpose(graph, product, [1, 0, 2]), [taps * inner, of.gradientWidth]);
	const { into, decay, scale } = of.weight;
	const kept = decay === 1 ? into : graph.node('Mul', [into, graph.constant(decay)]);
	return graph.node(scale === 1 ? 'Add' : 'Sub', [kept, whole]);
}

/** Columns [n, groups · b] as [groups, n, b]. */
function byGroup(graph: Graph, columns: Value, groups: number, width: number): Value {
	return transpose(graph, graph.reshape(columns, [-1, groups, width / groups]), [1, 0, 2]);
}

function transpose(graph: Graph, value: Value, perm: readonly number[]): Value {
	return graph.node('Transpose', [value], { int: { perm } });
}
