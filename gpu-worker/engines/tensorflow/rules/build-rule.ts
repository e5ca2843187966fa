import type { OptimizerSpec } from '../../port.ts';
import { adam } from './adam.ts';
import { lamb } from './lamb.ts';
import { lars } from './lars.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import type { Rule } from './rule.ts';

/** The rule that a spec names. */
export function buildRule(optimizer: OptimizerSpec): Rule {
	const weightDecay = optimizer.weightDecay ?? 0;
	switch (optimizer.kind) {
		case 'momentum':
			return momentum({ ...optimizer, weightDecay });
		case 'nesterov':
			return nesterov({ ...optimizer, weightDecay });
		case 'sgd':
			return momentum({ lambda: 0, weightDecay });
		case 'adam':
			return adam({ ...optimizer, weightDecay });
		case 'lars':
			return lars({ ...optimizer, weightDecay });
		case 'lamb':
			return lamb({ ...optimizer, weightDecay });
	}
}
