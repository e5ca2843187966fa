import type { OptimizerSpec } from '../../port.ts';
import { adamRule } from './adam.ts';
import { lambRule } from './lamb.ts';
import { larsRule } from './lars.ts';
import { momentumRule } from './momentum.ts';
import { nesterovRule } from './nesterov.ts';
import type { UpdateRule } from './optimizer.ts';
import { sgdRule } from './sgd.ts';

/** The rule that a spec names, in the form that is fastest at the batch size. */
export function updateRule(optimizer: OptimizerSpec, batchSize: number): UpdateRule {
	const weightDecay = optimizer.weightDecay ?? 0;
	switch (optimizer.kind) {
		case 'momentum':
			return momentumRule({ ...optimizer, weightDecay }, batchSize);
		case 'nesterov':
			return nesterovRule({ ...optimizer, weightDecay }, batchSize);
		case 'sgd':
			return sgdRule({ weightDecay });
		case 'adam':
			return adamRule({ ...optimizer, weightDecay });
		case 'lars':
			return larsRule({ ...optimizer, weightDecay });
		case 'lamb':
			return lambRule({ ...optimizer, weightDecay });
	}
}
