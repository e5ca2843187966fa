import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Rows } from '../../datasets/dataset.ts';
import { initialParameters } from '../initial-parameters.ts';
import { buildInferenceModel } from '../onnx/inference-graph.ts';
import type { Network } from '../onnx/network.ts';
import type { EpochInput, EpochOutput, NamedArray, Program, ProgramSpec, Sums, TrainingState } from '../port.ts';
import type { Backend } from './backend.ts';
import { type Batch, BatchReader, targetsOf } from './batch.ts';
import type { LayerChain } from './layers/chain.ts';
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
	backend: Backend;
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

	async runEpoch({ state, rows, order, eta }: EpochInput): Promise<EpochOutput> {
		const { spec, loss, backend } = this.#parts;
		const { batchSize, architecture } = spec;
		const reader = new BatchReader(rows, architecture.inputScale);
		const sums: Sums = { loss: 0, correct: 0, examples: 0 };
		const start = performance.now();
		let weights = this.#load(state);
		for (let index = 0; index < this.updatesPerEpoch; index++) {
			const batch = reader.read(order.subarray(index * batchSize, (index + 1) * batchSize));
			const etaNow = typeof eta === 'number' ? eta : eta[index]!;
			const { logits, next } = this.#update(weights, batch, etaNow, state.updates + index + 1);
			backend.tf.dispose([weights.parameters, weights.slots]);
			weights = next;
			addMeasures(sums, loss, logits, batch.labels);
		}
		const after = this.#unload(weights, state.updates + this.updatesPerEpoch);
		const seconds = (performance.now() - start) / 1000;
		backend.tf.dispose([weights.parameters, weights.slots]);
		return { state: after, sums, seconds };
	}

	async evaluate({ state, rows, indexes }: { state: TrainingState; rows: Rows; indexes: Int32Array }): Promise<Sums> {
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

	/** θ and its slots after one update by the gradient of the mean loss, and the logits before it. */
	#update(weights: Weights, batch: Batch, eta: number, update: number): { logits: Float32Array; next: Weights } {
		const { spec, network, chain, loss, rule, backend } = this.#parts;
		const { tf } = backend;
		const { classes } = spec.architecture;
		const rows = batch.labels.length;
		let logits: Float32Array = new Float32Array();
		const next = tf.tidy(() => {
			const activations = chain.forward(this.#input(batch), weights.parameters, 'training');
			const answer = activations.at(-1)! as Tensor2D;
			logits = floats(answer);
			const targets = tf.tensor2d(targetsOf(batch.labels, classes, loss.target), [rows, classes]);
			const error = tf.mul(loss.gradient(tf, answer, targets), 1 / rows);
			const { gradients } = chain.backward({
				activations,
				parameters: weights.parameters,
				gradient: error,
				needsInputGradient: false,
			});
			const etaNow = tf.scalar(eta);
			const moved = gradients.map((gradient, index) => {
				const { name, counted } = network.parameters[index]!;
				const [parameter, slots] = [weights.parameters[index]!, weights.slots.map((slot) => slot[index]!)];
				if (counted) return { parameter: gradient, slots: slots.map((slot) => tf.clone(slot)) };
				const isWeight = name.endsWith('/weight');
				return rule.apply({ tf, parameter, gradient, slots, eta: etaNow, update, isWeight });
			});
			return {
				parameters: moved.map(({ parameter }) => parameter),
				slots: weights.slots.map((_, slot) => moved.map(({ slots }) => slots[slot]!)),
			};
		});
		return { logits, next };
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
