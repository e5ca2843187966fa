import type { FieldError } from '../contracts/errors.ts';
import type { Configuration, SweepSpec } from '../contracts/sweep-spec.ts';
import { datasets, resolveTrainSize, validationFault } from './datasets.ts';
import { expandGrid, sizeFaults } from './expand-grid.ts';
import { modelFaults } from './model-layers.ts';
import { refuse } from './spec-faults.ts';
import { trainingFaults } from './training-faults.ts';

/** What a valid spec stands for. */
export interface SweepPlan {
	/** N, see `resolveTrainSize`. */
	trainSize: number;
	/** In the order batch size, η, λ; explicit points last. */
	configurations: Configuration[];
	/** Configurations × seeds. */
	trials: number;
}

/**
 * Checks everything about a sweep that a schema cannot say, and expands it. Counts come first: a spec that is too large
 * is refused before anything is allocated.
 * @throws BasinError `invalid_spec` with a pointer for every fault.
 */
export function planSweep(spec: SweepSpec): SweepPlan {
	refuse([
		...sourceFaults(spec),
		...validationFaults(spec),
		...modelFaults(spec.model, datasets[spec.dataset.name]),
		...trainingFaults(spec),
		...sizeFaults(spec),
	]);
	const trainSize = resolveTrainSize(spec.dataset);
	const configurations = expandGrid(spec, trainSize);
	return { trainSize, configurations, trials: configurations.length * spec.seeds.length };
}

function sourceFaults({ grid, configurations }: SweepSpec): FieldError[] {
	if (grid || configurations) return [];
	return [{ pointer: '/grid', message: 'is required, unless `configurations` lists the points' }];
}

function validationFaults({ dataset }: SweepSpec): FieldError[] {
	const message = validationFault(dataset);
	return message === null ? [] : [{ pointer: '/dataset/validation', message }];
}
