import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { type FormValues, initialValues } from './form-values.ts';
import { type Json, numberOrText } from './typed-text.ts';

type RuleValues = Pick<FormValues, 'optimizer' | 'decay' | 'decayAt' | 'warmupEpochs' | 'weightDecay' | 'carriedRule'>;

/** Optimisers without a momentum coefficient: the grid's λ must be 0. */
export const optimizersWithoutLambda: readonly string[] = ['sgd', 'adam', 'lamb'];

/** The members of a spec that the form's update rule stands for; what is the default is left out. */
export function ruleFromForm(values: RuleValues): Record<string, Json> {
	const { optimizer, decay, decayAt, warmupEpochs, weightDecay, carriedRule } = values;
	const carriedDecay = sameKind(carriedRule.decay, decay);
	const schedule = {
		...(decay === 'constant'
			? {}
			: { decay: { ...carriedDecay, kind: decay, ...(decay === 'step' ? { at: decayAt.map(numberOrText) } : {}) } }),
		...(warmupEpochs === '' ? {} : { warmup: { ...carriedRule.warmup, epochs: numberOrText(warmupEpochs) } }),
		...(carriedRule.linearScaling ? { linearScaling: carriedRule.linearScaling } : {}),
	};
	return {
		...(optimizer === 'momentum'
			? {}
			: { optimizer: { ...sameKind(carriedRule.optimizer, optimizer), kind: optimizer } }),
		...(Object.keys(schedule).length === 0 ? {} : { schedule }),
		...(carriedRule.loss ? { loss: carriedRule.loss } : {}),
		...(weightDecay === '' ? {} : { weightDecay: numberOrText(weightDecay) }),
	} as Record<string, Json>;
}

/** Numbers of an optimiser mean nothing for another. */
function sameKind(carried: Record<string, unknown> | undefined, kind: string): Record<string, unknown> {
	return carried?.kind === kind ? carried : {};
}

/** The form's update rule for a valid spec. */
export function ruleToForm({ optimizer, schedule, loss, weightDecay }: SweepSpecInput): RuleValues {
	const { decay, warmup, linearScaling } = schedule ?? {};
	return {
		optimizer: optimizer?.kind ?? 'momentum',
		decay: decay?.kind ?? 'constant',
		decayAt: decay?.kind === 'step' ? decay.at.map(String) : initialValues.decayAt,
		warmupEpochs: warmup?.epochs ?? '',
		weightDecay: weightDecay ?? '',
		carriedRule: {
			...(optimizer && { optimizer }),
			...(decay && { decay }),
			...(warmup && { warmup }),
			...(linearScaling && { linearScaling }),
			...(loss && { loss }),
		},
	};
}
