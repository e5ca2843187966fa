import type { LayerShape, LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Graph, Value } from '../graph.ts';
import { addedGradients, addedSum } from './gradient-product.ts';
import { groupedGradient, groupedProduct } from './grouped-product.ts';
import type { Accumulation, Layer } from './layer.ts';
import { axesOf, transposed, unfold, unfoldBySlices, windowsOf } from './windows.ts';

/**
 * Channels from which on one Gather unfolds faster than Slices, as each pixel is one copy. Ten images, 3 × 3, milliseconds of Gather
 * and Slices: 0.72 and 0.26 for 32 × 32 × 3, 0.92 and 2.72 for 32 × 32 × 32, 0.24 and 0.64 for 16 × 16 × 64.
 */
const gatheredFrom = 8;

/**
 * y = unfold(x)·W + b: every window of the input is one row of numbers, so the convolution is one product. ∂W = unfold(x)ᵀ·∂y,
 * and ∂x is the product of the windows that saw each pixel with W turned round. W is [down, across, channels / groups, filters].
 */
export function conv2d(
	{ kernelSize, strides, padding, groups, filters }: LayerSpec & { kind: 'conv2d' },
	shape: LayerShape,
	inputShape: readonly number[],
): Layer {
	const channels = inputShape[2]!;
	const axes = axesOf(inputShape, kernelSize, { strides, padding });
	const windows = windowsOf(axes);
	const { taps, outputs } = windows;
	const turned = transposed(windows);
	const depth = (taps * channels) / groups;
	const flat = (graph: Graph, weight: Value) => graph.reshape(weight, [depth, filters]);
	const product = (graph: Graph, seen: Value, seenWidth: number, weight: Value, weightWidth: number) =>
		groupedProduct(graph, { seen, seenWidth, weight, weightWidth }, { groups, taps });
	return {
		...shape,
		forward(graph, input, parameters) {
			const seen =
				channels < gatheredFrom
					? unfoldBySlices(graph, input, axes, channels)
					: graph.reshape(unfold(graph, input, windows, channels), [-1, taps * channels]);
			const [weight, bias] = [flat(graph, parameters[0]!), parameters[1]!];
			const output =
				groups === 1
					? graph.node('Gemm', [seen, weight, bias])
					: graph.node('Add', [product(graph, seen, channels, weight, filters), bias]);
			return { output, kept: [seen] };
		},
		backward({ graph, rows: examples, kept, parameters, gradient, accumulations, needsInputGradient }) {
			const seen = kept[0]!;
			const rows = examples * outputs;
			const bias = accumulations[1]!;
			const weight: Accumulation = { ...accumulations[0]!, into: flat(graph, accumulations[0]!.into) };
			const grouped = { seen, seenWidth: channels, gradient, gradientWidth: filters, weight };
			const [added, sum] =
				groups === 1
					? addedGradients(graph, { rows, input: seen, gradient, weight, bias })
					: [groupedGradient(graph, grouped, { groups, taps }), addedSum(graph, { rows, gradient, bias })];
			const accumulated = [graph.reshape(added, shape.parameters[0]!.shape), sum];
			if (!needsInputGradient) return { inputGradient: null, accumulated };
			const sawPixel = graph.reshape(unfold(graph, gradient, turned, filters), [-1, taps * filters]);
			const parts = graph.reshape(parameters[0]!, [taps, channels / groups, groups, filters / groups]);
			const turnedWeight = graph.reshape(graph.node('Transpose', [parts], { int: { perm: [0, 3, 2, 1] } }), [
				(taps * filters) / groups,
				channels,
			]);
			const inputGradient =
				groups === 1
					? graph.node('Gemm', [sawPixel, turnedWeight])
					: product(graph, sawPixel, filters, turnedWeight, channels);
			return { inputGradient, accumulated };
		},
	};
}
