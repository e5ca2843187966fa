import { Network } from '../onnx/network.ts';
import { type Engine, SpecError } from '../port.ts';
import { openBackend } from './backend.ts';
import { buildLoss } from './losses/build-loss.ts';
import { buildChain } from './network.ts';
import { TensorflowProgram } from './program.ts';
import { buildRule } from './rules/build-rule.ts';

/**
 * The engine `tensorflow`: TensorFlow.js, one operation after another. It shares the initial weights and the layers' shapes with
 * `onnx`, and none of the arithmetic, so each is a check of the other.
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
			return new TensorflowProgram({
				spec,
				network: new Network(architecture),
				chain: buildChain(backend.tf, architecture.layers, architecture.inputShape),
				loss: buildLoss(spec.loss, architecture.classes),
				rule: buildRule(spec.optimizer),
				backend,
			});
		},
		close: async () => {},
	};
}
