import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { heldOutSize } from '@basin/core/domain/datasets.ts';
import { expandGrid } from '@basin/core/domain/expand-grid.ts';
import type { Dataset } from '@basin/gpu-worker/datasets/dataset.ts';
import type { Engine, EpochInput, Program, ProgramSpec, TrainingState } from '@basin/gpu-worker/engines/port.ts';
import { Random } from '@basin/gpu-worker/engines/random.ts';
import type { LabContext, Size } from '../experiment.ts';
import type { SweepResult } from '../sweep-result.ts';
import { sweepOf, trialOf } from './sweeps.ts';

export const fakeDatasets = {
	mnist: { inputShape: [28, 28, 1], classes: 10, train: 60_000 },
	cifar10: { inputShape: [32, 32, 3], classes: 10, train: 50_000 },
} as const;
type Name = keyof typeof fakeDatasets;

/**
 * What an experiment asks for, without training: sweeps whose trials follow made-up curves (or that have none), and an engine whose only two weights
 * have a quadratic loss with noisy gradients. For what experiments draw and say, not for what is true.
 */
export function fakeLab({ size, trials }: { size: Size; trials: 'all' | 'none' }): LabContext & {
	specs: SweepSpecInput[];
} {
	const specs: SweepSpecInput[] = [];
	return {
		...{ size, specs, signal: new AbortController().signal, say: () => {} },
		runSweep: async (spec) => {
			specs.push(spec);
			return { ...sweepOf(trials === 'none' ? [] : trialsOf(spec)), spec };
		},
		loadWeights: async () => weights,
		openEngine: async () => fakeEngine,
		loadDataset: async (name) => {
			const { inputShape, classes, train } = fakeDatasets[name as Name];
			const rows = (count: number) => ({ count, values: new Uint8Array(), labels: new Uint8Array(count) });
			return { name, inputShape, classes, inputScale: 1, train: rows(train), test: rows(10_000) } as unknown as Dataset;
		},
	};
}

function trialsOf(input: SweepSpecInput): SweepResult['trials'] {
	const spec = SweepSpec.parse(input);
	const { train } = fakeDatasets[spec.dataset.name as Name];
	const examples = spec.dataset.trainExamples ?? train - heldOutSize(train, spec.dataset.validation);
	return expandGrid(spec, examples).flatMap(({ batchSize, eta, lambda }) =>
		spec.seeds.map((seed) => {
			const best = 0.99 - 0.01 * Math.log10(batchSize) - 0.001 * (seed % 3) - 0.01 * Math.abs(Math.log10(eta) + 1);
			const accuracies = Array.from({ length: spec.epochs }, (_, epoch) => best - 0.5 / (1 + epoch) ** 2);
			return trialOf({
				...{ trialId: `trl_${batchSize}_${eta}_${seed}`, batchSize, eta, lambda, seed, accuracies },
				...{ testAccuracy: best, seconds: 0.1 + 1 / batchSize + 0.001 * seed },
				updatesPerEpoch: Math.ceil(examples / batchSize),
			});
		}),
	);
}

const weights = new Map([['w', { shape: [2], values: Float32Array.of(1, 0.5) }]]);
const curvatures = [3, 1];

const fakeEngine: Engine = {
	...{ name: 'onnx', provider: 'cpu', threads: 1, versions: {} },
	compile: async (spec) => fakeProgram(spec),
	close: async () => {},
};

function fakeProgram({ batchSize, rowsPerEpoch }: ProgramSpec): Program {
	return {
		updatesPerEpoch: Math.ceil(rowsPerEpoch / batchSize),
		initialState: () => ({ parameters: weights, slots: new Map([['momentum', weights]]), updates: 0 }),
		runEpoch: async ({ state, order, eta }) => {
			const values = state.parameters.get('w')!.values;
			const noise = noiseOf(order);
			const down = values.map((value, i) => -curvatures[i]! * value + noise[i]! / Math.sqrt(order.length));
			const loss = 0.1 + values.reduce((sum, value, i) => sum + (curvatures[i]! * value * value) / 2, 0);
			return {
				state: movedBy(state, down, Number(eta) * (order.length > 1000 ? 1e-3 : 1)),
				sums: { loss: loss * order.length, correct: 0.9 * order.length, examples: order.length },
				seconds: 1e-5 * rowsPerEpoch,
			};
		},
		evaluate: async ({ indexes }) => ({
			...{ loss: 0.1 * indexes.length, correct: 0.9 * indexes.length, examples: indexes.length },
		}),
		exportModel: async () => new Uint8Array(),
	};
}

/** A function of the examples, as a gradient is: a difference of two gradients of one batch has none. */
function noiseOf(order: EpochInput['order']): number[] {
	const random = Random.of(order[0]!, order.length);
	return [random.normal(), random.normal()];
}

function movedBy(state: TrainingState, down: Float32Array, eta: number): TrainingState {
	const values = state.parameters.get('w')!.values.map((value, i) => value + eta * down[i]!);
	return {
		parameters: new Map([['w', { shape: [2], values }]]),
		slots: new Map([['momentum', new Map([['w', { shape: [2], values: down }]])]]),
		updates: state.updates + 1,
	};
}
