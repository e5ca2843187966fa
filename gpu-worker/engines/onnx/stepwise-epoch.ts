import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEpoch } from './epoch-graph.ts';
import { dispose, type Runner } from './resident.ts';

type Tensors = Record<string, Tensor>;
type StepInputs = Tensors & { order: Tensor; words?: Tensor };

interface Parts {
	batchSize: number;
	rowsPerEpoch: number;
	/** θ and the optimiser's slots, by the names of the graph's inputs. */
	stateNames: readonly string[];
	/** One update of `batchSize` rows, and one of the rest where there is one. Their new states stay on the GPU. */
	update: InferenceSession;
	rest: InferenceSession | null;
	/** Copies a state back; its outputs are named as those of an epoch. */
	download: InferenceSession;
}

/**
 * Runs an epoch as the compiled loop does, but update by update from JavaScript: WebGPU has no `Loop`, and the CPU's copies θ, the
 * slots and all that the body reads, the data set with it, to the GPU in every round. Here they stay there.
 */
export class StepwiseEpoch implements Runner {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** @param feeds of the whole epoch's graph, the data set already on the GPU */
	async run(feeds: Tensors): Promise<InferenceSession.OnnxValueMapType> {
		const { batchSize, rowsPerEpoch, stateNames, update, rest, download } = this.#parts;
		const losses = new Float32Array(rowsPerEpoch);
		const hits = new Uint8Array(rowsPerEpoch);
		const isState = new Set(stateNames);
		const others = Object.fromEntries(Object.entries(feeds).filter(([name]) => !isState.has(name)));
		let state: Tensors = Object.fromEntries(stateNames.map((name) => [name, feeds[name]!]));
		try {
			for (let start = 0; start < rowsPerEpoch; start += batchSize) {
				const rows = Math.min(batchSize, rowsPerEpoch - start);
				const session = rows === batchSize ? update : rest!;
				const outputs = await session.run({
					...stepFeeds(others as StepInputs, start, rows, start / batchSize),
					...state,
				});
				dispose(state);
				state = Object.fromEntries(stateNames.map((name) => [name, outputs[afterEpoch(name)] as Tensor]));
				losses.set(outputs.loss!.data as Float32Array, start);
				hits.set(outputs.hit!.data as Uint8Array, start);
			}
			return {
				...(await download.run(state)),
				loss: new Tensor('float32', losses, [rowsPerEpoch]),
				hit: new Tensor('bool', hits, [rowsPerEpoch]),
			};
		} finally {
			dispose(state);
		}
	}
}

/** The batch's part of the order and of the words that dropout draws from, and the update's of every list: what is not on the GPU has a number for each update, or one. */
function stepFeeds({ order, words, ...others }: StepInputs, start: number, rows: number, update: number): Tensors {
	const step: Tensors = { order: part(order, start, rows) };
	if (words) step.words = part(words, start, rows);
	for (const [name, tensor] of Object.entries(others)) {
		const isList = tensor.location === 'cpu' && tensor.dims.length === 1;
		step[name] = isList ? part(tensor, update, 1) : tensor;
	}
	return step;
}

function part({ type, data }: Tensor, start: number, count: number): Tensor {
	return new Tensor(type, (data as Float32Array).subarray(start, start + count), [count]);
}
