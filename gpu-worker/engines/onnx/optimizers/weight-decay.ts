import type { ParameterSpec } from '../../initial-parameters.ts';
import type { Value } from '../graph.ts';
import type { Update } from './optimizer.ts';

/**
 * Weights are decayed and scaled by trust ratios; biases, scales and offsets are not, whatever the optimiser: Goyal et al. (2017,
 * §5.1) leave out batch normalisation, and the reference implementation of LAMB leaves out biases too.
 */
export function isWeight({ name }: ParameterSpec): boolean {
	return name.endsWith('/weight');
}

/** η·w·θ, or null where nothing decays. */
export function decayStep({ graph, spec, parameter, eta }: Update, weightDecay: number): Value | null {
	if (weightDecay === 0 || !isWeight(spec)) return null;
	return graph.node('Mul', [parameter, graph.node('Mul', [eta, graph.constant(weightDecay)])]);
}
