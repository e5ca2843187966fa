import { Network } from '../onnx/network.ts';
import { type Engine, type ProgramSpec, SpecError } from '../port.ts';
import { openBackend } from './backend.ts';
import { LayerChain } from './network.ts';
import { TensorflowProgram } from './program.ts';

/**
 * The engine `tensorflow`: TensorFlow.js, one operation after another. It shares the initial
 * weights and the layers' shapes with `onnx`, and none of the arithmetic, so each is a check of the other.
 * @param threads of libtensorflow; wasm has one. @throws when a native package is installed that does not load
 */
export async function createTensorflowEngine({ threads }: { threads: number }): Promise<Engine> {
	const backend = await openBackend({ threads });
	return {
		name: 'tensorflow',
		provider: backend.provider,
		threads: backend.threads,
		versions: backend.versions,
		compile: async (spec) => {
			const { architecture, batchSize, rowsPerEpoch } = spec;
			if (batchSize > rowsPerEpoch) {
				throw new SpecError(`The batch size is ${batchSize}, but only ${rowsPerEpoch} examples are trained on.`);
			}
			const lambda = momentumOf(spec);
			const network = new Network(architecture);
			return new TensorflowProgram({
				spec,
				lambda,
				network,
				chain: new LayerChain(backend.tf, architecture.layers),
				backend,
			});
		},
		close: async () => {},
	};
}

/** λ of the one update rule that this engine has. @throws SpecError naming what it lacks */
function momentumOf({ optimizer, loss }: ProgramSpec): number {
	const lacks = (what: string) => new SpecError(`The engine "tensorflow" has no ${what}: choose the engine "onnx".`);
	if (optimizer.kind !== 'momentum') throw lacks(`optimizer ${optimizer.kind}`);
	if (optimizer.weightDecay) throw lacks('weight decay');
	if (loss.kind !== 'softmaxCrossEntropy') throw lacks(`loss ${loss.kind}`);
	if (loss.labelSmoothing) throw lacks('label smoothing');
	return optimizer.lambda;
}
