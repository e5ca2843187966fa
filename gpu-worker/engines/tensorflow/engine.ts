import { count, placeLayers } from '@basin/core/domain/network-shape.ts';
import { blockRows } from '../blocks.ts';
import { Network } from '../onnx/network.ts';
import { type Architecture, type Engine, SpecError } from '../port.ts';
import { openBackend } from './backend.ts';
import { buildLoss } from './losses/build-loss.ts';
import { buildChain } from './network.ts';
import { TensorflowProgram } from './program.ts';
import { buildRule } from './rules/build-rule.ts';

/** Numbers that the widest layer may hold at a time: 64 MiB, of which a few are alive together. Wasm has 4 GiB in all. */
const defaultBlockNumbers = 16 * 2 ** 20;

/**
 * The engine `tensorflow`: TensorFlow.js, one operation after another. It shares the initial weights and the layers' shapes with
 * `onnx`, and none of the arithmetic, so each is a check of the other.
 * @param threads of libtensorflow; wasm has one. @throws when a native package is installed that does not load
 */
export async function createTensorflowEngine({
	threads,
	blockNumbers = defaultBlockNumbers,
}: {
	threads: number;
	/** Given only in tests. */
	blockNumbers?: number;
}): Promise<Engine> {
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
			const network = new Network(architecture);
			return new TensorflowProgram({
				spec,
				network,
				blockRows: blockRows(batchSize, {
					limit: blockRowsOf(architecture, blockNumbers),
					together: network.rowsTogether,
				}),
				chain: buildChain(backend.tf, architecture.layers, architecture.inputShape),
				loss: buildLoss(spec.loss, architecture.classes),
				rule: buildRule(spec.optimizer),
				backend,
			});
		},
		close: async () => {},
	};
}

function blockRowsOf({ layers, inputShape }: Architecture, blockNumbers: number): number {
	const sizes = placeLayers(layers, inputShape).map(({ shape }) => shape.unfolded ?? count(shape.outputShape));
	return Math.max(1, Math.floor(blockNumbers / Math.max(count(inputShape), ...sizes)));
}
