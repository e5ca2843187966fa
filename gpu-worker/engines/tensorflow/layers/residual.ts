import type { LayerChain } from './chain.ts';
import type { Layer } from './layer.ts';

/**
 * y = f(x) + s(x), f a chain of layers (He et al., 2015), s x itself or a projection to the shape of f. The gradient takes both ways.
 * What the chain answered on the way is computed again for it.
 */
export function residual(chain: LayerChain, shortcut: Layer | null): Layer {
	const own = chain.parameterCount;
	return {
		parameterCount: own + (shortcut?.parameterCount ?? 0),
		forward(tf, input, parameters, mode) {
			const through = chain.forward(input, parameters.slice(0, own), mode).at(-1)!;
			return tf.add(through, shortcut?.forward(tf, input, parameters.slice(own), mode) ?? input);
		},
		backward(of) {
			const { tf, input, gradient, parameters, needsInputGradient, training } = of;
			const inside = parameters.slice(0, own);
			const activations = chain.forward(input, inside, training);
			const through = chain.backward({ activations, parameters: inside, gradient, needsInputGradient, training });
			const beside = shortcut?.backward({ ...of, parameters: parameters.slice(own) }) ?? {
				inputGradient: gradient,
				gradients: [],
			};
			const gradients = [...through.gradients, ...beside.gradients];
			if (!needsInputGradient) return { inputGradient: null, gradients };
			return { inputGradient: tf.add(through.inputGradient!, beside.inputGradient!), gradients };
		},
	};
}
