import type { DatasetInfo } from '../contracts/api.ts';
import type { FieldError } from '../contracts/errors.ts';
import type { Configuration, SweepSpec } from '../contracts/sweep-spec.ts';
import { resolveTrainSize, trainExamplesFault, validationFault } from './datasets.ts';
import { expandGrid, sizeFaults } from './expand-grid.ts';
import { batchFaults, modelFaults } from './model-layers.ts';
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
 * @param dataset the one that the spec names
 * @throws BasinError `invalid_spec` with a pointer for every fault.
 */
export function planSweep(spec: SweepSpec, dataset: DatasetInfo): SweepPlan {
	refuse([
		...sourceFaults(spec),
		...splitFaults(spec, dataset),
		...modelFaults(spec.model, dataset),
		...trainingFaults(spec),
		...sizeFaults(spec),
	]);
	const trainSize = resolveTrainSize(dataset, spec.dataset);
	const configurations = expandGrid(spec, trainSize);
	refuse(batchFaults(spec.model, dataset, configurations));
	return { trainSize, configurations, trials: configurations.length * spec.seeds.length };
}

function sourceFaults({ grid, configurations }: SweepSpec): FieldError[] {
	if (grid || configurations) return [];
	return [{ pointer: '/grid', message: 'is required, unless `configurations` lists the points' }];
}

function splitFaults(spec: SweepSpec, dataset: DatasetInfo): FieldError[] {
	const held = validationFault(dataset, spec.dataset);
	if (held !== null) return [{ pointer: '/dataset/validation', message: held }];
	const trained = trainExamplesFault(dataset, spec.dataset);
	return trained === null ? [] : [{ pointer: '/dataset/trainExamples', message: trained }];
}
