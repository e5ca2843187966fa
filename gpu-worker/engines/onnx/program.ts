import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Rows } from '../../datasets/dataset.ts';
import { rowWords } from '../dropout.ts';
import { initialParameters } from '../initial-parameters.ts';
import type { EpochInput, EpochOutput, NamedArray, Program, ProgramSpec, Sums, TrainingState } from '../port.ts';
import { afterEpoch, stateName } from './epoch-graph.ts';
import { buildInferenceModel } from './inference-graph.ts';
import type { Network } from './network.ts';
import type { RuleInputs, UpdateRule } from './optimizers/optimizer.ts';
import type { Runner } from './resident.ts';

type Feeds = Record<string, Tensor>;

/** A compiled spec. Its sessions may be released once the engine has compiled many others. */
export class OnnxProgram implements Program {
	readonly updatesPerEpoch: number;
	readonly #spec: ProgramSpec;
	readonly #network: Network;
	readonly #rule: UpdateRule;
	readonly #epoch: Runner;
	readonly #evaluation: Runner;

	constructor(input: {
		spec: ProgramSpec;
		network: Network;
		rule: UpdateRule;
		epoch: Runner;
		evaluation: Runner;
	}) {
		this.#spec = input.spec;
		this.#network = input.network;
		this.#rule = input.rule;
		this.#epoch = input.epoch;
		this.#evaluation = input.evaluation;
		this.updatesPerEpoch = Math.ceil(input.spec.rowsPerEpoch / input.spec.batchSize);
	}

	initialState(seed: number): TrainingState {
		const parameters = initialParameters(this.#network.parameters, seed);
		const zeros = () =>
			new Map(
				[...parameters].map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values.length) }]),
			);
		return { parameters, slots: new Map(this.#rule.slots.map((slot) => [slot, zeros()])), updates: 0 };
	}

	async runEpoch({ state, rows, order, eta, seed, epoch }: EpochInput): Promise<EpochOutput> {
		const etas = typeof eta === 'number' ? new Float32Array(this.updatesPerEpoch).fill(eta) : eta;
		const feeds: Feeds = {
			...this.#rowFeeds(rows),
			...parameterFeeds(state.parameters),
			order: new Tensor('int32', order, [order.length]),
			...(this.#network.isRandom && {
				words: new Tensor('int32', rowWords(order.length, seed, epoch), [order.length]),
			}),
			eta: new Tensor('float32', etas, [etas.length]),
			...ruleFeeds(this.#rule.inputs(state.updates, this.updatesPerEpoch)),
		};
		for (const [slot, arrays] of state.slots) Object.assign(feeds, parameterFeeds(arrays, slot));
		const start = performance.now();
		const outputs = await this.#epoch.run(feeds);
		const seconds = (performance.now() - start) / 1000;
		const read = (slot?: string) =>
			new Map(
				this.#network.parameters.map(({ name, shape }): [string, NamedArray] => [
					name,
					{ shape, values: floats(outputs[afterEpoch(stateName(name, slot))]!) },
				]),
			);
		return {
			state: {
				parameters: read(),
				slots: new Map(this.#rule.slots.map((slot) => [slot, read(slot)])),
				updates: state.updates + this.updatesPerEpoch,
			},
			sums: sum(outputs),
			seconds,
		};
	}

	async evaluate({ state, rows, indexes }: { state: TrainingState; rows: Rows; indexes: Int32Array }): Promise<Sums> {
		const feeds: Feeds = { ...this.#rowFeeds(rows), ...parameterFeeds(state.parameters) };
		const total: Sums = { loss: 0, correct: 0, examples: 0 };
		const { blockRows } = this.#network;
		for (let start = 0; start < indexes.length; start += blockRows) {
			const chunk = indexes.subarray(start, start + blockRows);
			const outputs = await this.#evaluation.run({ ...feeds, indexes: new Tensor('int32', chunk, [chunk.length]) });
			const { loss, correct, examples } = sum(outputs);
			total.loss += loss;
			total.correct += correct;
			total.examples += examples;
		}
		return total;
	}

	async exportModel({ parameters }: TrainingState): Promise<Uint8Array> {
		return buildInferenceModel({ network: this.#network, parameters, ...this.#spec.architecture });
	}

	#rowFeeds({ values, labels, count }: Rows): Feeds {
		return {
			values: valuesTensor(values, [count, ...this.#spec.architecture.inputShape]),
			labels: new Tensor('uint8', labels, [count]),
		};
	}
}

function valuesTensor(values: Rows['values'], shape: readonly number[]): Tensor {
	return values instanceof Uint8Array ? new Tensor('uint8', values, shape) : new Tensor('float32', values, shape);
}

function parameterFeeds(arrays: ReadonlyMap<string, NamedArray>, slot?: string): Feeds {
	return Object.fromEntries(
		[...arrays].map(([name, { shape, values }]) => [stateName(name, slot), new Tensor('float32', values, shape)]),
	);
}

function ruleFeeds(inputs: RuleInputs): Feeds {
	return Object.fromEntries(
		Object.entries(inputs).map(([name, value]) =>
			typeof value === 'number'
				? [name, new Tensor('float32', Float32Array.of(value), [])]
				: [name, new Tensor('float32', Float32Array.from(value), [value.length])],
		),
	);
}

/** Adds in 64 bits: a float32 sum of 60,000 losses would be off in the fifth digit. */
function sum(outputs: InferenceSession.OnnxValueMapType): Sums {
	const losses = floats(outputs.loss!);
	const hits = outputs.hit!.data as Uint8Array;
	let loss = 0;
	let correct = 0;
	for (const value of losses) loss += value;
	for (const hit of hits) correct += hit;
	return { loss, correct, examples: losses.length };
}

function floats(value: InferenceSession.OnnxValueMapType[string]): Float32Array {
	return value.data as Float32Array;
}
