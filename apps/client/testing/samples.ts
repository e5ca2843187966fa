import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import type { LeaderboardEntry, MetricsPoint, Sweep, SweepEstimate, Trial, TrialWithAttempts } from '../client.ts';

export const specInput: SweepSpecInput = {
	name: 'sample',
	dataset: { name: 'mnist', validation: 10000 },
	model: { preset: 'mlp' },
	grid: { batchSize: [100], eta: [0.1], lambda: [0, 0.9] },
	epochs: 3,
};

const createdAt = '2026-01-31T12:00:00.000Z';
export const sweepId = 'swp_01kg9z8m4r0000000000000001';
export const trialId = 'trl_01kg9z8m4r0000000000000001';

export const device = {
	key: 'cpu-test-t1',
	label: 'Test CPU, 1 thread',
	engine: 'onnx' as const,
	provider: 'cpu',
	processor: 'Test CPU',
	threads: 1,
	slots: 2,
	versions: {},
};

export function sampleSweep(overrides: Partial<Sweep> = {}): Sweep {
	return {
		id: sweepId,
		name: 'sample',
		state: 'queued',
		stopReason: null,
		dataset: 'mnist',
		model: 'mlp',
		labels: {},
		counts: { total: 2, pending: 0, queued: 2, running: 0, succeeded: 0, failed: 0, pruned: 0, cancelled: 0 },
		progress: { fraction: 0, epochsDone: 0, epochsTotal: 6, etaSeconds: null },
		best: null,
		createdAt,
		startedAt: null,
		finishedAt: null,
		spec: SweepSpec.parse(specInput),
		configurations: 2,
		trainSize: 50000,
		devices: [],
		...overrides,
	};
}

export function sampleEstimate(overrides: Partial<SweepEstimate> = {}): SweepEstimate {
	return {
		dryRun: true,
		spec: SweepSpec.parse(specInput),
		configurations: 2,
		trials: 2,
		trainSize: 50000,
		parameters: 101770,
		updates: 3000,
		estimatedSeconds: 1.5,
		estimatedCost: null,
		preview: [
			{ batchSize: 100, eta: 0.1, lambda: 0 },
			{ batchSize: 100, eta: 0.1, lambda: 0.9 },
		],
		...overrides,
	};
}

export function sampleTrial(overrides: Partial<Trial> = {}): TrialWithAttempts {
	return {
		id: trialId,
		sweepId,
		configuration: { batchSize: 100, eta: 0.1, lambda: 0.9 },
		configurationHash: 'c0ffee',
		seed: 0,
		state: 'queued',
		attemptNo: 0,
		epochs: 3,
		epochsDone: 0,
		reason: null,
		message: null,
		device: null,
		result: null,
		createdAt,
		startedAt: null,
		finishedAt: null,
		attempts: [],
		...overrides,
	};
}

export function sampleEntry(overrides: Partial<LeaderboardEntry> = {}): LeaderboardEntry {
	return {
		rank: 1,
		tiedWith: null,
		configuration: { batchSize: 100, eta: 0.1, lambda: 0.9 },
		configurationHash: 'c0ffee',
		seeds: { total: 1, succeeded: 1, failed: 0 },
		diverged: false,
		secondsToTarget: null,
		valAccuracy: { mean: 0.9784, std: null, ci95: null },
		epochSeconds: { median: 0.213, iqr: [0.21, 0.22] },
		updateSeconds: { median: 0.00042 },
		onParetoFront: false,
		device: { key: device.key, label: device.label },
		bestTrialId: trialId,
		...overrides,
	};
}

export function sampleMetrics(epoch: number, overrides: Partial<EpochMetrics> = {}): MetricsPoint {
	return {
		epoch,
		updates: epoch * 500,
		trainLoss: 0.3,
		trainAccuracy: 0.9,
		valLoss: 0.25,
		valAccuracy: 0.93,
		epochSeconds: 0.2,
		validationSeconds: 0.02,
		attemptNo: 1,
		recordedAt: createdAt,
		...overrides,
	};
}
