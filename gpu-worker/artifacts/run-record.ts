import type { Device } from '@basin/core/contracts/device.ts';
import type { Optimizer } from '@basin/core/contracts/training-rule.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { Split } from '../datasets/split.ts';

/** Each update in one line; docs/optimizers.md has the whole of it. w is the weight decay, 0 for what is no weight. */
const conventions: Readonly<Record<Optimizer['kind'], string>> = {
	momentum: 'm = lambda * m - eta * g; theta = theta + m; g includes w * theta',
	nesterov: 'm = lambda * m - eta * g; theta = theta + lambda * m - eta * g; g includes w * theta',
	sgd: 'theta = theta - eta * g; g includes w * theta',
	adam: 'theta = theta - eta * (mHat / (sqrt(vHat) + epsilon) + w * theta)',
	lars: 'm = lambda * m - eta * r * g; theta = theta + m; g includes w * theta; r = trustCoefficient * |theta| / (|g without w| + w * |theta|) for weights, else 1',
	lamb: 'd = mHat / (sqrt(vHat) + epsilon) + w * theta; theta = theta - eta * r * d; r = |theta| / |d| for weights, else 1',
};

/** `spec.json`: all that is needed to run the trial again and to know what its numbers mean. */
export function describeRun(input: {
	assignment: TrialAssignment;
	device: Device;
	dataset: Dataset;
	split: Split;
	gitCommit: string | null;
	weightsEpoch: number | null;
	/** Trained on another device, before a checkpoint was brought here. */
	foreignEpochs: number;
}): string {
	const { assignment, device, dataset, split, gitCommit, weightsEpoch, foreignEpochs } = input;
	const { trialId, sweepId, attemptNo, seed, configuration, model, epochs, schedule, loss, weightDecay } = assignment;
	const record = {
		trialId,
		sweepId,
		attemptNo,
		seed,
		configuration,
		model,
		epochs,
		foreignEpochs,
		dataset: {
			...assignment.dataset,
			sha256: dataset.sha256,
			trainSize: split.train.indexes.length,
			validationSize: split.validation.indexes.length,
			testSize: split.test?.indexes.length ?? null,
		},
		optimizer: {
			...assignment.optimizer,
			convention: `${conventions[assignment.optimizer.kind]}; g is the gradient of the mean loss over the batch`,
			order: 'shuffled every epoch from (seed, epoch); the last, smaller batch is used',
		},
		schedule,
		loss,
		weightDecay,
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
