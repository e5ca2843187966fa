import type { Device } from '@basin/core/contracts/device.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { Split } from '../datasets/split.ts';

/** `spec.json`: all that is needed to run the trial again and to know what its numbers mean. */
export function describeRun(input: {
	assignment: TrialAssignment;
	device: Device;
	dataset: Dataset;
	split: Split;
	gitCommit: string | null;
	weightsEpoch: number | null;
}): string {
	const { assignment, device, dataset, split, gitCommit, weightsEpoch } = input;
	const { trialId, sweepId, attemptNo, seed, configuration, model, epochs } = assignment;
	const record = {
		trialId,
		sweepId,
		attemptNo,
		seed,
		configuration,
		model,
		epochs,
		dataset: {
			...assignment.dataset,
			sha256: dataset.sha256,
			trainSize: split.train.indexes.length,
			validationSize: split.validation.indexes.length,
			testSize: split.test?.indexes.length ?? null,
		},
		optimizer: {
			name: 'momentum',
			convention: 'm = lambda * m - eta * g; theta = theta + m; g is the gradient of the mean loss over the batch',
			order: 'shuffled every epoch from (seed, epoch); the last, smaller batch is used',
		},
		weights: {
			epoch: weightsEpoch,
			convention: 'dense: y = x W + b with W [inputs, units]; the input is the value in the data set times inputScale',
			inputScale: dataset.inputScale,
		},
		engine: device.engine,
		device,
		gitCommit,
	};
	return `${JSON.stringify(record, null, 2)}\n`;
}
