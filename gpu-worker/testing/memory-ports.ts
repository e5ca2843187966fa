import type { ArtifactRecord, EpochMetrics, TrialResult } from '@basin/core/contracts/training.ts';
import { defaultTrainingRule } from '@basin/core/contracts/training-rule.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { ArtifactStore, Log, Queue, Trainer, TrainingOutcome, TrialLedger } from '../ports.ts';

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => quietLog };

export const device = {
	key: 'cpu-test-t1',
	label: 'a test',
	engine: 'onnx' as const,
	provider: 'cpu',
	processor: 'none',
	threads: 1,
	slots: 1,
	versions: {},
};

export function assignmentOf(trialId: string, attemptNo = 1): TrialAssignment {
	return {
		trialId,
		sweepId: 'swp_1',
		attemptNo,
		configuration: { batchSize: 10, eta: 0.1, lambda: 0.9 },
		seed: 0,
		dataset: { name: 'mnist', validation: 0.1, splitSeed: 0 },
		model: { preset: 'softmax', initializer: 'glorotUniform' },
		epochs: 3,
		engine: 'auto',
		...defaultTrainingRule,
		checkpoints: [],
		leaseExpiresAt: new Date(0).toISOString(),
	};
}

export function metricsOf(epoch: number): EpochMetrics {
	return {
		epoch,
		updates: epoch * 10,
		trainLoss: 1 / epoch,
		trainAccuracy: 0.5,
		valLoss: 1,
		valAccuracy: 0.5,
		epochSeconds: 0.1,
		validationSeconds: 0.01,
	};
}

export const result: TrialResult = {
	valAccuracy: 0.5,
	bestEpoch: 1,
	finalValAccuracy: 0.5,
	finalValLoss: 1,
	finalTrainAccuracy: 0.5,
	finalTrainLoss: 1,
	testAccuracy: null,
	epochSecondsMedian: 0.1,
	updateSecondsMedian: 0.01,
	epochs: 3,
	updates: 30,
	trainSeconds: 0.3,
	validationSeconds: 0.03,
	loadSeconds: 0,
	compileSeconds: 0,
	artifactSeconds: 0,
};

/** A queue of trial ids that remembers how many messages are out, and what was deleted. */
export function memoryQueue(trialIds: string[]) {
	const waiting = [...trialIds];
	const state = { received: 0, deleted: [] as string[] };
	const queue: Queue = {
		receive: async ({ signal }) => {
			const trialId = waiting.shift();
			if (trialId !== undefined) {
				state.received++;
				return { message: { v: 1, trialId, dispatchNo: 1 }, receipt: trialId };
			}
			await new Promise((resolve) => setImmediate(resolve));
			if (signal.aborted) throw new Error('aborted');
			return null;
		},
		delete: async (receipt) => {
			state.deleted.push(receipt);
		},
	};
	return { queue, state, waiting };
}

/** A ledger that writes down every accepted write in order; parts can be replaced. */
export function memoryLedger(parts: Partial<TrialLedger> = {}) {
	const writes: string[] = [];
	const accept = (line: string) => {
		writes.push(line);
		return Promise.resolve(true);
	};
	const ledger: TrialLedger = {
		claim: async ({ trialId }) => assignmentOf(trialId),
		heartbeat: async () => 'continue',
		resume: ({ trialId, epoch }) => accept(`${trialId} resume ${epoch}`),
		recordCheckpoint: async ({ trialId, checkpoint }) => {
			writes.push(`${trialId} checkpoint ${checkpoint.epoch}`);
			return [];
		},
		recordEpoch: ({ trialId, metrics }) => accept(`${trialId} epoch ${metrics.epoch}`),
		finish: ({ trialId, artifacts }) => accept(`${trialId} finish ${artifacts.map(({ name }) => name).join()}`),
		fail: ({ trialId, reason }) => accept(`${trialId} fail ${reason}`),
		release: ({ trialId }) => accept(`${trialId} release`),
		acknowledgeCancel: ({ trialId }) => accept(`${trialId} cancelled`),
		...parts,
	};
	return { ledger, writes };
}

/** @param stored keys that are there from the start */
export function memoryArtifacts(put?: ArtifactStore['put'], stored: readonly string[] = []) {
	const keys: string[] = [];
	const removed: string[] = [];
	const artifacts: ArtifactStore = {
		put: async (input) => {
			const record: ArtifactRecord | undefined = await put?.(input);
			keys.push(input.key);
			const { key, name, contentType } = input;
			return record ?? { key, name, contentType, sizeBytes: 1, sha256: 'a'.repeat(64) };
		},
		fetch: async () => 'a'.repeat(64),
		remove: async (key) => {
			removed.push(key);
		},
		removeUnder: async (prefix, isUnwanted) => {
			removed.push(...[...stored, ...keys].filter((key) => key.startsWith(prefix) && isUnwanted(key)));
		},
	};
	return { artifacts, keys, removed };
}

/** What a training needs besides its assignment when nothing disturbs it. */
export const undisturbedTraining = {
	checkpoints: [],
	release: new AbortController().signal,
	onStart: () => undefined,
	onCheckpoint: () => undefined,
};

const finished = { type: 'finished' as const, result, device };

/** Trains three epochs at once, or whatever the test says. */
export function memoryTrainer(train?: Trainer['train']): Trainer {
	return {
		ready: async () => ({ type: 'ready', device, engines: ['onnx'] }),
		train:
			train ??
			(async ({ assignment, onEpoch }): Promise<TrainingOutcome> => {
				for (const epoch of [1, 2, 3]) onEpoch(metricsOf(epoch));
				return finishedOf(assignment);
			}),
		close: async () => undefined,
	};
}

export function finishedOf({ trialId, attemptNo }: TrialAssignment): TrainingOutcome {
	const files = [{ name: 'history.json', path: '/dev/null', contentType: 'application/json' }];
	return { ...finished, trialId, attemptNo, files };
}

/** Trains until the attempt must stop. */
export const endlessTrainer: Trainer = memoryTrainer(
	({ signal }) =>
		new Promise((resolve) => {
			if (signal.aborted) resolve({ type: 'stopped' });
			signal.addEventListener('abort', () => resolve({ type: 'stopped' }));
		}),
);
