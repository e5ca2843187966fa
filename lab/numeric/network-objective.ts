import type { Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import type {
	Architecture,
	Engine,
	EpochOutput,
	LayerSpec,
	LossSpec,
	NamedArray,
	TrainingState,
} from '@basin/gpu-worker/engines/port.ts';
import type { Objective } from './objective.ts';
import type { Vector } from './vector.ts';

/** The mean loss over fixed examples as a function of all weights. */
export type NetworkObjective = Objective & {
	/** A network's weights as a point; what is counted and not learnt, as running means of batch norm, is left out. */
	pointOf(state: TrainingState): Vector;
	/** That network at another point. */
	stateAt(point: Vector): TrainingState;
	/** θ₀, where a trial with this seed began. */
	initialPoint(seed: number): Vector;
};

const slot = 'momentum';

/**
 * Opens the training graph of the engine itself as an objective, so that what is measured is what was trained: the first update with η = 1
 * over all examples leaves m = −∇f(θ) whatever λ is, exact to float32, and its loss is f(θ). Batch norm works as in training, over these
 * examples; dropout is left out, since one mask of it would be another network.
 * @throws SpecError as `compile`
 */
export async function networkObjective(input: {
	engine: Engine;
	architecture: Architecture;
	loss: LossSpec;
	rows: Rows;
	indexes: Int32Array;
}): Promise<NetworkObjective> {
	const { engine, architecture, loss, rows, indexes } = input;
	const examples = indexes.length;
	const optimizer = { kind: 'momentum', lambda: 0.5 } as const;
	const program = await engine.compile({
		...{ architecture: { ...architecture, layers: withoutDropout(architecture.layers) }, loss, optimizer },
		batchSize: examples,
		rowsPerEpoch: examples,
	});
	const template = program.initialState(0);
	const learnt = [...template.slots.get(slot)!.keys()];
	const dimensions = learnt.reduce((sum, name) => sum + template.parameters.get(name)!.values.length, 0);

	const stateAt = (point: Vector): TrainingState => {
		const parameters = new Map<string, NamedArray>(template.parameters);
		let from = 0;
		for (const name of learnt) {
			const { shape, values } = template.parameters.get(name)!;
			parameters.set(name, { shape, values: new Float32Array(point.subarray(from, from + values.length)) });
			from += values.length;
		}
		return { ...template, parameters };
	};
	const vectorOf = (arrays: ReadonlyMap<string, NamedArray>): Vector => {
		const vector = new Float64Array(dimensions);
		let from = 0;
		for (const name of learnt) {
			const { values } = arrays.get(name)!;
			vector.set(values, from);
			from += values.length;
		}
		return vector;
	};
	let last: { point: Vector; output: EpochOutput } | null = null;
	/** One update gives value and gradient, and whoever steps uphill asks for both at the same point. */
	const updateAt = async (point: Vector): Promise<EpochOutput> => {
		if (last?.point.every((value, i) => value === point[i])) return last.output;
		const output = await program.runEpoch({ state: stateAt(point), rows, order: indexes, eta: 1, seed: 0, epoch: 1 });
		last = { point: Float64Array.from(point), output };
		return output;
	};

	return {
		dimensions,
		stateAt,
		pointOf: ({ parameters }) => vectorOf(parameters),
		initialPoint: (seed) => vectorOf(program.initialState(seed).parameters),
		valueAt: async (point) => (await updateAt(point)).sums.loss / examples,
		gradientAt: async (point) => vectorOf((await updateAt(point)).state.slots.get(slot)!).map((value) => -value),
	};
}

/** Layers are named by kind and number, so that the weights of the others keep their names. */
function withoutDropout(layers: readonly LayerSpec[]): LayerSpec[] {
	return layers
		.filter(({ kind }) => kind !== 'dropout')
		.map((layer) => (layer.kind === 'residual' ? { ...layer, layers: withoutDropout(layer.layers) } : layer));
}
