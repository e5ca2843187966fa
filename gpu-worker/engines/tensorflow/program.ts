import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Rows } from '../../datasets/dataset.ts';
import { initialParameters } from '../initial-parameters.ts';
import { buildInferenceModel } from '../onnx/inference-graph.ts';
import type { Network } from '../onnx/network.ts';
import type { EpochInput, EpochOutput, NamedArray, Program, ProgramSpec, Sums, TrainingState } from '../port.ts';
import type { Backend } from './backend.ts';
import { type Batch, BatchReader, oneHot } from './batch.ts';
import { addMeasures } from './measure.ts';
import type { LayerChain } from './network.ts';

const evaluationRows = 500;

/** θ and m as TensorFlow.js holds them, in the order of the network's parameters. m is empty where λ = 0. */
interface Weights {
	parameters: Tensor[];
	momentum: Tensor[];
}

/** A checked spec. It keeps no tensor between calls: what comes in as arrays goes out as arrays. */
export class TensorflowProgram implements Program {
	readonly updatesPerEpoch: number;
	readonly #spec: ProgramSpec;
	readonly #lambda: number;
	readonly #network: Network;
	readonly #chain: LayerChain;
	readonly #backend: Backend;

	constructor(input: { spec: ProgramSpec; lambda: number; network: Network; chain: LayerChain; backend: Backend }) {
		this.#spec = input.spec;
		this.#lambda = input.lambda;
		this.#network = input.network;
		this.#chain = input.chain;
		this.#backend = input.backend;
		this.updatesPerEpoch = Math.ceil(input.spec.rowsPerEpoch / input.spec.batchSize);
	}

	initialState(seed: number): TrainingState {
		const parameters = initialParameters(this.#network.parameters, seed);
		if (this.#lambda === 0) return { parameters, slots: new Map(), updates: 0 };
		const zeros = [...parameters].map(([name, { shape, values }]): [string, NamedArray] => [
			name,
			{ shape, values: new Float32Array(values.length) },
		]);
		return { parameters, slots: new Map([['momentum', new Map(zeros)]]), updates: 0 };
	}

	async runEpoch({ state, rows, order, eta }: EpochInput): Promise<EpochOutput> {
		const { batchSize, architecture } = this.#spec;
		const { tf } = this.#backend;
		const reader = new BatchReader(rows, architecture.inputScale);
		const sums: Sums = { loss: 0, correct: 0, examples: 0 };
		const start = performance.now();
		const lambda = tf.scalar(this.#lambda);
		let weights: Weights = {
			parameters: this.#tensors(state.parameters),
			momentum: this.#tensors(state.slots.get('momentum')),
		};
		for (let update = 0; update < this.updatesPerEpoch; update++) {
			const batch = reader.read(order.subarray(update * batchSize, (update + 1) * batchSize));
			const { logits, next } = this.#update(weights, batch, typeof eta === 'number' ? eta : eta[update]!, lambda);
			tf.dispose([...weights.parameters, ...weights.momentum]);
			weights = next;
			addMeasures(sums, logits, batch.labels, architecture.classes);
		}
		const after = { parameters: this.#arrays(weights.parameters), momentum: this.#arrays(weights.momentum) };
		const seconds = (performance.now() - start) / 1000;
		tf.dispose([lambda, ...weights.parameters, ...weights.momentum]);
		const slots = new Map(after.momentum.size > 0 ? [['momentum', after.momentum]] : []);
		const updates = state.updates + this.updatesPerEpoch;
		return { state: { parameters: after.parameters, slots, updates }, sums, seconds };
	}

	async evaluate({ state, rows, indexes }: { state: TrainingState; rows: Rows; indexes: Int32Array }): Promise<Sums> {
		const { tf } = this.#backend;
		const { inputScale, classes } = this.#spec.architecture;
		const reader = new BatchReader(rows, inputScale);
		const sums: Sums = { loss: 0, correct: 0, examples: 0 };
		const parameters = this.#tensors(state.parameters);
		for (let start = 0; start < indexes.length; start += evaluationRows) {
			const batch = reader.read(indexes.subarray(start, start + evaluationRows));
			const logits = tf.tidy(() => floats(this.#chain.forward(this.#input(batch), parameters).at(-1)!));
			addMeasures(sums, logits, batch.labels, classes);
		}
		tf.dispose(parameters);
		return sums;
	}

	async exportModel({ parameters }: TrainingState): Promise<Uint8Array> {
		return buildInferenceModel({ network: this.#network, parameters, ...this.#spec.architecture });
	}

	/** m ← λm − ηg, θ ← θ + m, with g the gradient of the mean loss; and the logits of the batch before. */
	#update(weights: Weights, batch: Batch, eta: number, lambda: Scalar): { logits: Float32Array; next: Weights } {
		const { tf } = this.#backend;
		const { classes } = this.#spec.architecture;
		let logits: Float32Array = new Float32Array();
		const next = tf.tidy((): Tensor[] => {
			const activations = this.#chain.forward(this.#input(batch), weights.parameters);
			const answer = activations.at(-1)! as Tensor2D;
			logits = floats(answer);
			const targets = tf.tensor2d(oneHot(batch.labels, classes), [batch.labels.length, classes]);
			const error = tf.sub(tf.softmax(answer), targets);
			const scaled = tf.mul(error, tf.scalar(-eta / batch.labels.length));
			const descents = this.#chain.backward(activations, weights.parameters, scaled);
			const steps = descents.map((descent, index) => {
				const momentum = weights.momentum[index];
				return momentum ? tf.add(tf.mul(momentum, lambda), descent) : descent;
			});
			const moved = weights.parameters.map((parameter, index) => tf.add(parameter, steps[index]!));
			return weights.momentum.length > 0 ? [...moved, ...steps] : moved;
		});
		const count = weights.parameters.length;
		return { logits, next: { parameters: next.slice(0, count), momentum: next.slice(count) } };
	}

	#input({ inputs, labels }: Batch): Tensor {
		return this.#backend.tf.tensor(inputs, [labels.length, ...this.#spec.architecture.inputShape]);
	}

	/** Copies: on some backends a tensor is a view of the array that it was made of. */
	#tensors(arrays: ReadonlyMap<string, NamedArray> | undefined): Tensor[] {
		if (arrays === undefined) return [];
		return this.#network.parameters.map(({ name, shape }) =>
			this.#backend.tf.tensor(arrays.get(name)!.values.slice(), [...shape]),
		);
	}

	#arrays(tensors: readonly Tensor[]): Map<string, NamedArray> {
		return new Map(
			tensors.map((tensor, index) => {
				const { name, shape } = this.#network.parameters[index]!;
				return [name, { shape, values: floats(tensor) }];
			}),
		);
	}
}

function floats(tensor: Tensor): Float32Array {
	return tensor.dataSync<'float32'>() as Float32Array;
}
