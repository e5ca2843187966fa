import type { Experiment } from './experiment.ts';
import { batchSize } from './experiments/batch-size.ts';
import { criticalPoints } from './experiments/critical-points.ts';
import { generalisation } from './experiments/generalisation.ts';
import { largeBatches } from './experiments/large-batches.ts';
import { momentum } from './experiments/momentum.ts';
import { noiseScaleExperiment } from './experiments/noise-scale.ts';
import { noisyUpdates } from './experiments/noisy-updates.ts';
import { pareto } from './experiments/pareto.ts';
import { timing } from './experiments/timing.ts';

/** In the lecture's order: together they test L1 to L12. */
export const experiments: readonly Experiment[] = [
	noisyUpdates,
	timing,
	batchSize,
	generalisation,
	pareto,
	largeBatches,
	noiseScaleExperiment,
	momentum,
	criticalPoints,
];
