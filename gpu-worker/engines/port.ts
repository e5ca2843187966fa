import type { EngineName } from '@basin/core/contracts/sweep-spec.ts';
import type { LayerSpec } from '@basin/core/domain/network-shape.ts';
import type { Rows } from '../datasets/dataset.ts';

export type { LayerSpec };

/** A float32 array with its shape; the currency between engines, checkpoints and artifacts. */
export interface NamedArray {
	shape: readonly number[];
	values: Float32Array;
}

export type InputType = 'uint8' | 'float32';

/** A network without its batch dimension. The engine multiplies its input by `inputScale`. */
export interface Architecture {
	inputShape: readonly number[];
	/** Of `Rows.values`; default `uint8`. */
	inputType?: InputType;
	inputScale: number;
	classes: number;
	/** From input to logits. One kind is one file of an engine. */
	layers: readonly LayerSpec[];
}

/** Of the logits and the label: a mean over the batch. `labelSmoothing` is 0 when left out. */
export type LossSpec = { kind: 'softmaxCrossEntropy'; labelSmoothing?: number } | { kind: 'mse' };

/** The update rule; its numbers that a sweep varies are here, η is an argument of every epoch. `weightDecay` is 0 when left out. */
export type OptimizerSpec = { weightDecay?: number } & (
	| { kind: 'momentum' | 'nesterov'; lambda: number }
	| { kind: 'sgd' }
	| { kind: 'adam' | 'lamb'; beta1: number; beta2: number; epsilon: number }
	| { kind: 'lars'; lambda: number; trustCoefficient: number }
);

/** What an engine compiles: `order.length` of every epoch must be `rowsPerEpoch`. */
export interface ProgramSpec {
	architecture: Architecture;
	loss: LossSpec;
	optimizer: OptimizerSpec;
	batchSize: number;
	rowsPerEpoch: number;
}

/** θ and what the optimiser remembers of each parameter (for momentum: m), by parameter name, such as `dense1/weight`. */
export interface TrainingState {
	parameters: ReadonlyMap<string, NamedArray>;
	/** Slot name (`momentum`) → parameter name → array of the parameter's shape. */
	slots: ReadonlyMap<string, ReadonlyMap<string, NamedArray>>;
	/** Updates so far: the bias corrections of Adam and LAMB depend on it. */
	updates: number;
}

/** Sums over examples; divide by `examples`. Not finite after a divergence. */
export interface Sums {
	loss: number;
	correct: number;
	examples: number;
}

export interface EpochInput {
	state: TrainingState;
	rows: Rows;
	/** Row numbers of `rows` in the order of training; consecutive runs of `batchSize` are the batches, the last may be smaller. */
	order: Int32Array;
	/** η: one number for the epoch, or one per update (a schedule). */
	eta: number | Float32Array;
	/** What dropout drops is a function of the two. Epochs count from 1. */
	seed: number;
	epoch: number;
}

export interface EpochOutput {
	/** A new state; the one that came in is not changed. */
	state: TrainingState;
	/** Loss and hits of every batch before its own update. */
	sums: Sums;
	/** Monotonic clock around the updates. */
	seconds: number;
}

/** A compiled training step for one (architecture, loss, optimiser, batch size, rows). Shared by trials: it holds no state of one. */
export interface Program {
	readonly updatesPerEpoch: number;
	/** Initial θ as a pure function of the seed, every slot zero. */
	initialState(seed: number): TrainingState;
	runEpoch(input: EpochInput): Promise<EpochOutput>;
	/** Loss and hits over `indexes` of `rows`, in chunks, so that memory does not grow with the number of rows. */
	evaluate(input: { state: TrainingState; rows: Rows; indexes: Int32Array }): Promise<Sums>;
	/** An ONNX file: input `pixels` float32 [N, …inputShape] already scaled, outputs `logits` and `probabilities` [N, classes]. */
	exportModel(state: TrainingState): Promise<Uint8Array>;
}

/** Executes training. Implementations: `engines/onnx` and `engines/tensorflow`. All keep to one contract, so their curves agree. */
export interface Engine {
	readonly name: EngineName;
	/** Where it runs, such as `cpu` or `cuda`. */
	readonly provider: string;
	/** Threads that it computes with; results are bit-equal for equal ones. */
	readonly threads: number;
	readonly versions: Readonly<Record<string, string>>;
	/** Programs are cached, least recently used first out; the same spec gives the same program. @throws SpecError */
	compile(spec: ProgramSpec): Promise<Program>;
	/** Frees every program. */
	close(): Promise<void>;
}

/** The engine cannot run on this machine; the sentence says what to do. Another worker may have what is missing. */
export class EngineError extends Error {
	override readonly name = 'EngineError';
}

/** The memory ran out in a way after which nothing that this process computes can be trusted: it must end. */
export class EngineBroken extends Error {
	override readonly name = 'EngineBroken';
}

/** The spec cannot be built; the sentence names the layer and the shapes. A trial that meets it is `bad_config`. */
export class SpecError extends Error {
	override readonly name = 'SpecError';
}
