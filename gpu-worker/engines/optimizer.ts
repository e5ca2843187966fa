import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { OptimizerSpec } from './port.ts';

/** The update rule with the numbers that a trial gives it: λ of its configuration is the coefficient of what has momentum. */
export function resolveOptimizer({
	optimizer,
	configuration,
	weightDecay,
}: Pick<TrialAssignment, 'optimizer' | 'configuration' | 'weightDecay'>): OptimizerSpec {
	const { lambda } = configuration;
	switch (optimizer.kind) {
		case 'momentum':
		case 'nesterov':
		case 'lars':
			return { ...optimizer, lambda, weightDecay };
		case 'sgd':
		case 'adam':
		case 'lamb':
			return { ...optimizer, weightDecay };
	}
}
