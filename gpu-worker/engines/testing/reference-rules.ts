import type { OptimizerSpec } from '../port.ts';
import type { Vectors } from './reference.ts';

/** What one update of one parameter sees. `update` counts from 1 over the whole training. */
interface Step {
	theta: Float64Array;
	gradient: Float64Array;
	slot: (name: string) => Float64Array;
	eta: number;
	update: number;
	/** 0 for what is no weight. */
	decay: number;
	isWeight: boolean;
}

/** The update rules as their papers write them, in 64 bits and apart from the engines: the standard that they are held to. */
export class ReferenceRule {
	readonly slots = new Map<string, Vectors>();
	readonly #optimizer: OptimizerSpec;
	#updates = 0;

	constructor(optimizer: OptimizerSpec) {
		this.#optimizer = optimizer;
	}

	/** One update in place. */
	apply(parameters: Vectors, gradients: Vectors, eta: number): void {
		this.#updates++;
		for (const [name, theta] of parameters) {
			const isWeight = name.endsWith('/weight');
			this.#step({
				theta,
				gradient: gradients.get(name)!,
				slot: (slot) => this.#slot(slot, name, theta.length),
				eta,
				update: this.#updates,
				decay: isWeight ? (this.#optimizer.weightDecay ?? 0) : 0,
				isWeight,
			});
		}
	}

	#slot(slot: string, name: string, length: number): Float64Array {
		const arrays = this.slots.get(slot) ?? new Map<string, Float64Array>();
		this.slots.set(slot, arrays);
		const values = arrays.get(name) ?? new Float64Array(length);
		arrays.set(name, values);
		return values;
	}

	#step(step: Step): void {
		const rule = this.#optimizer;
		switch (rule.kind) {
			case 'sgd':
				momentum(step, 0, false);
				break;
			case 'momentum':
			case 'nesterov':
				momentum(step, rule.lambda, rule.kind === 'nesterov');
				break;
			case 'lars': {
				const { theta, gradient, decay } = step;
				const [weight, slope] = [Math.hypot(...theta), Math.hypot(...gradient)];
				const trusted = step.isWeight && weight > 0 && slope > 0;
				const ratio = trusted ? (rule.trustCoefficient * weight) / (slope + decay * weight) : 1;
				momentum({ ...step, eta: step.eta * ratio }, rule.lambda, false);
				break;
			}
			case 'adam': {
				const direction = adamDirection(step, rule);
				step.theta.forEach((value, i) => {
					step.theta[i] = value - step.eta * (direction[i]! + step.decay * value);
				});
				break;
			}
			case 'lamb': {
				const direction = adamDirection(step, rule).map((value, i) => value + step.decay * step.theta[i]!);
				const [weight, length] = [Math.hypot(...step.theta), Math.hypot(...direction)];
				const ratio = step.isWeight && weight > 0 && length > 0 ? weight / length : 1;
				step.theta.forEach((value, i) => {
					step.theta[i] = value - step.eta * ratio * direction[i]!;
				});
			}
		}
	}
}

function momentum({ theta, gradient, slot, eta, decay }: Step, lambda: number, looksAhead: boolean): void {
	const m = slot('momentum');
	for (let i = 0; i < theta.length; i++) {
		const descent = -eta * (gradient[i]! + decay * theta[i]!);
		m[i] = lambda * m[i]! + descent;
		theta[i]! += looksAhead ? lambda * m[i]! + descent : m[i]!;
	}
}

function adamDirection(step: Step, rule: { beta1: number; beta2: number; epsilon: number }): Float64Array {
	const { gradient, slot, update } = step;
	const [m, v] = [slot('firstMoment'), slot('secondMoment')];
	return gradient.map((g, i) => {
		m[i] = rule.beta1 * m[i]! + (1 - rule.beta1) * g;
		v[i] = rule.beta2 * v[i]! + (1 - rule.beta2) * g * g;
		const unbiased = v[i]! / (1 - rule.beta2 ** update);
		return m[i]! / (1 - rule.beta1 ** update) / (Math.sqrt(unbiased) + rule.epsilon);
	});
}
