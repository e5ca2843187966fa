import type { Graph, Value } from '../graph.ts';
import type { RuleInputs, Update } from './optimizer.ts';

/** Hyper-parameters of the two moments. */
export interface MomentsSpec {
	beta1: number;
	beta2: number;
	epsilon: number;
}

/** Slots of the running means of g and of g². */
export const momentSlots = ['firstMoment', 'secondMoment'] as const;

/**
 * The bias corrections of Kingma and Ba (2015) in the order that they give at the end of section 2, which saves a pass over θ:
 * m̂ / (√v̂ + ε) = c·m / (√v + ε√(1 − β₂ᵗ)) with c = √(1 − β₂ᵗ) / (1 − β₁ᵗ). t counts all updates of the training, from 1.
 */
export function correctionInputs({ beta1, beta2, epsilon }: MomentsSpec, done: number, updates: number): RuleInputs {
	const roots = Array.from({ length: updates }, (_, index) => Math.sqrt(1 - beta2 ** (done + index + 1)));
	return {
		correction: roots.map((root, index) => root / (1 - beta1 ** (done + index + 1))),
		epsilon: roots.map((root) => epsilon * root),
	};
}

export interface Moments {
	/** m and v after the gradient. */
	slots: [Value, Value];
	/** m / (√v + ε√(1 − β₂ᵗ)), of the shape of the parameter. */
	direction: Value;
	/** c: a scalar. `direction` times this is m̂ / (√v̂ + ε). */
	correction: Value;
}

/** Declares the inputs of `correctionInputs` and answers m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² as a function of the gradient. */
export function moments(outer: Graph, { beta1, beta2 }: MomentsSpec) {
	const corrections = outer.input('correction', outer.real, ['updates']);
	const epsilons = outer.input('epsilon', outer.real, ['updates']);
	return ({ graph, slots, index }: Update, gradient: Value): Moments => {
		const mixed = (old: Value, value: Value, beta: number) =>
			graph.node('Add', [
				graph.node('Mul', [old, graph.constant(beta)]),
				graph.node('Mul', [value, graph.constant(1 - beta)]),
			]);
		const first = mixed(slots[0]!, gradient, beta1);
		const second = mixed(slots[1]!, graph.node('Mul', [gradient, gradient]), beta2);
		const epsilon = graph.node('Gather', [epsilons, index]);
		const divisor = graph.node('Add', [graph.node('Sqrt', [second]), epsilon]);
		return {
			slots: [first, second],
			direction: graph.node('Div', [first, divisor]),
			correction: graph.node('Gather', [corrections, index]),
		};
	};
}
