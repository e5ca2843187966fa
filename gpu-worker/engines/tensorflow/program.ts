import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Rows } from '../../datasets/dataset.ts';
import { rowWords } from '../dropout.ts';
import { initialParameters } from '../initial-parameters.ts';
import { buildInferenceModel } from '../onnx/inference-graph.ts';
import type { Network } from '../onnx/network.ts';
import {
	EngineBroken,
	type EpochInput,
	type EpochOutput,
	type NamedArray,
	type Program,
	type ProgramSpec,
	type Sums,
	type TrainingState,
} from '../port.ts';
import type { Backend } from './backend.ts';
import { type Batch, BatchReader, targetsOf } from './batch.ts';
import type { LayerChain } from './layers/chain.ts';
import type { Training } from './layers/layer.ts';
import type { Loss } from './losses/loss.ts';
import { addMeasures } from './measure.ts';
import type { Rule } from './rules/rule.ts';

const evaluationRows = 500;

/** θ, and under it what the rule remembers of each, in the order of the network's parameters. */
interface Weights {
	parameters: Tensor[];
	slots: Tensor[][];
}

interface Parts {
	spec: ProgramSpec;
	network: Network;
	chain: LayerChain;
	loss: Loss;
	rule: Rule;
	/** A larger batch is computed in blocks of so many rows. */
	blockRows: number;
	backend: Backend;
}

/** Rows of one batch, and their random words where a layer draws. */
interface Drawn extends Training {
	order: Int32Array;
}

interface Selection {
	state: TrainingState;
	rows: Rows;
	indexes: Int32Array;
}

/** A checked spec. It keeps no tensor between calls: what comes in as arrays goes out as arrays. */
export class TensorflowProgram implements Program {
	readonly updatesPerEpoch: number;
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.updatesPerEpoch = Math.ceil(parts.spec.rowsPerEpoch / parts.spec.batchSize);
	}

	initialState(seed: number): TrainingState {
		const parameters = initialParameters(this.#parts.network.parameters, seed);
		const zeros = () =>
			new Map(
				[...parameters].map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values.length) }]),
			);
		return { parameters, slots: new Map(this.#parts.rule.slots.map((slot) => [slot, zeros()])), updates: 0 };
	}

	async runEpoch(input: EpochInput): Promise<EpochOutput> {
		return this.#trusted(() => this.#runEpoch(input));
	}

	async evaluate(input: Selection): Promise<Sums> {
		return this.#trusted(() => this.#evaluate(input));
	}

	/** @throws EngineBroken where memory ran out, before a number of such a run is seen */
	#trusted<T>(compute: () => T): T {
		try {
			const result = compute();
			this.#parts.backend.check();
			return result;
		} catch (error) {
			if (!(error instanceof WebAssembly.RuntimeError)) throw error;
			throw new EngineBroken(`WebAssembly: ${error.message}`, { cause: error });
		}
	}

	#runEpoch({ state, rows, order, eta, seed, epoch }: EpochInput): EpochOutput {
		const { spec, network, backend } = this.#parts;
		const { batchSize, architecture } = spec;
		const reader = new BatchReader(rows, architecture.inputScale);
		const sums: Sums = { loss: 0, correct: 0, examples: 0 };
		const start = performance.now();
		const words = network.isRandom ? rowWords(order.length, seed, epoch) : null;
		let weights = this.#load(state);
		for (let index = 0; index < this.updatesPerEpoch; index++) {
			const [from, to] = [index * batchSize, (index + 1) * batchSize];
			const batch = { order: order.subarray(from, to), words: words?.subarray(from, to) ?? null };
			const gradients = this.#gradients(weights.parameters, reader, batch, sums);
			const etaNow = typeof eta === 'number' ? eta : eta[index]!;
			const next = this.#move(weights, gradients, etaNow, state.updates + index + 1);
			backend.tf.dispose([gradients, weights.parameters, weights.slots]);
			weights = next;
		}
		const after = this.#unload(weights, state.updates + this.updatesPerEpoch);
		const seconds = (performance.now() - start) / 1000;
		backend.tf.dispose([weights.parameters, weights.slots]);
		return { state: after, sums, seconds };
	}

	#evaluate({ state, rows, indexes }: Selection): Sums {
		const { spec, chain, loss, backend } = this.#parts;
		const reader = new BatchReader(rows, spec.architecture.inputScale);
		const sums: Sums = { loss: 0, correct: 0, examples: 0 };
		const parameters = this.#tensors(state.parameters);
		for (let start = 0; start < indexes.length; start += evaluationRows) {
			const batch = reader.read(indexes.subarray(start, start + evaluationRows));
			const logits = backend.tf.tidy(() => floats(chain.forward(this.#input(batch), parameters, 'inference').at(-1)!));
			addMeasures(sums, loss, logits, batch.labels);
		}
		backend.tf.dispose(parameters);
		return sums;
	}

	async exportModel({ parameters }: TrainingState): Promise<Uint8Array> {
		const { network, spec } = this.#parts;
		return buildInferenceModel({ network, parameters, ...spec.architecture });
	}

	/** ∂/∂θ of the mean loss over a batch, block by block (what is counted goes on from block to block); adds the batch's loss and hits to `sums`. */
	#gradients(parameters: readonly Tensor[], reader: BatchReader, { order, words }: Drawn, sums: Sums): Tensor[] {
		const { blockRows, network, backend } = this.#parts;
		let total: Tensor[] = [];
		for (let start = 0; start < order.length; start += blockRows) {
			const block = reader.read(order.subarray(start, start + blockRows));
			const training = { words: words?.subarray(start, start + blockRows) ?? null };
			const before = total;
			total = backend.tf.tidy(() => {
				const now = parameters.map((value, index) => (network.parameters[index]!.counted && before[index]) || value);
				const own = this.#blockGradients(now, block, training, order.length, sums);
				return own.map((gradient, index) => {
					const isFirst = before.length === 0 || network.parameters[index]!.counted;
					return isFirst ? gradient : backend.tf.add(gradient, before[index]!);
				});
			});
			backend.tf.dispose(before);
		}
		return total;
	}

	#blockGradients(
		parameters: readonly Tensor[],
		block: Batch,
		training: Training,
		batchRows: number,
		sums: Sums,
	): Tensor[] {
		const { spec, chain, loss, backend } = this.#parts;
		const { tf } = backend;
		const { classes } = spec.architecture;
		const activations = chain.forward(this.#input(block), parameters, training);
		const logits = activations.at(-1)! as Tensor2D;
		addMeasures(sums, loss, floats(logits), block.labels);
		const targets = tf.tensor2d(targetsOf(block.labels, classes, loss.target), [block.labels.length, classes]);
		const gradient = tf.mul(loss.gradient(tf, logits, targets), 1 / batchRows);
		return chain.backward({ activations, parameters, gradient, needsInputGradient: false, training }).gradients;
	}

	/** θ and its slots after one update. */
	#move(weights: Weights, gradients: readonly Tensor[], eta: number, update: number): Weights {
		const { network, rule, backend } = this.#parts;
		const { tf } = backend;
		return tf.tidy(() => {
			const etaNow = tf.scalar(eta);
			const moved = gradients.map((gradient, index) => {
				const { name, counted } = network.parameters[index]!;
				const [parameter, slots] = [weights.parameters[index]!, weights.slots.map((slot) => slot[index]!)];
				if (counted) return { parameter: tf.clone(gradient), slots: slots.map((slot) => tf.clone(slot)) };
				const isWeight = name.endsWith('/weight');
				return rule.apply({ tf, parameter, gradient, slots, eta: etaNow, update, isWeight });
			});
			return {
				parameters: moved.map(({ parameter }) => parameter),
				slots: weights.slots.map((_, slot) => moved.map(({ slots }) => slots[slot]!)),
			};
		});
	}

	#input({ inputs, labels }: Batch): Tensor {
		const { spec, backend } = this.#parts;
		return backend.tf.tensor(inputs, [labels.length, ...spec.architecture.inputShape]);
	}

	#load({ parameters, slots }: TrainingState): Weights {
		return {
			parameters: this.#tensors(parameters),
			slots: this.#parts.rule.slots.map((slot) => this.#tensors(slots.get(slot)!)),
		};
	}

	#unload({ parameters, slots }: Weights, updates: number): TrainingState {
		const named = this.#parts.rule.slots.map((slot, index) => [slot, this.#arrays(slots[index]!)] as const);
		return { parameters: this.#arrays(parameters), slots: new Map(named), updates };
	}

	/** Copies: on some backends a tensor is a view of the array that it was made of. */
	#tensors(arrays: ReadonlyMap<string, NamedArray>): Tensor[] {
		const { network, backend } = this.#parts;
		return network.parameters.map(({ name, shape }) => backend.tf.tensor(arrays.get(name)!.values.slice(), [...shape]));
	}

	#arrays(tensors: readonly Tensor[]): Map<string, NamedArray> {
		return new Map(
			tensors.map((tensor, index) => {
				const { name, shape } = this.#parts.network.parameters[index]!;
				return [name, { shape, values: floats(tensor) }];
			}),
		);
	}
}

function floats(tensor: Tensor): Float32Array {
	return tensor.dataSync<'float32'>() as Float32Array;
}
