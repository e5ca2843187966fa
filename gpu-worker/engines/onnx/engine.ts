import { createRequire } from 'node:module';
import type { ParameterSpec } from '../initial-parameters.ts';
import { type Engine, type LossSpec, type OptimizerSpec, type Program, type ProgramSpec, SpecError } from '../port.ts';
import { buildEpochGraph } from './epoch-graph.ts';
import { buildEvaluationGraph } from './evaluation-graph.ts';
import type { Graph } from './graph.ts';
import type { Loss } from './losses/loss.ts';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { Network } from './network.ts';
import { gradientDescent, momentum } from './optimizers/momentum.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { OnnxProgram } from './program.ts';
import { Sessions } from './sessions.ts';

/**
 * Up to this batch size λ is compiled in: 0.080 against 0.085 ms an update at B = 1, 0.115 against 0.124 at B = 10, and no
 * difference at B = 100, where one program serves every λ.
 */
const foldLambdaUpTo = 32;

/** A trial needs two sessions, and trials of one sweep come in any order. */
const cachedSessions = 8;

/**
 * A smaller model keeps its buffers (14 MiB a session, 4 to 10 % faster at B ≥ 1000). A larger one would keep far more than it
 * needs: 3 million parameters held 486 MiB with pools, 374 without, and 130 more for each further program against 9.
 */
const pooledParameters = 1_000_000;

/** The engine `onnx` on the CPU. @param threads of one `run()`; with equal threads results are bit-equal */
export function createOnnxEngine({ threads }: { threads: number }): Engine {
	const sessions = new Sessions(threads, cachedSessions);
	return {
		name: 'onnx',
		provider: 'cpu',
		threads,
		versions: { onnxruntime: runtimeVersion(), node: process.versions.node },
		compile: (spec) => compile(sessions, spec),
		close: () => sessions.close(),
	};
}

async function compile(sessions: Sessions, spec: ProgramSpec): Promise<Program> {
	const { architecture, batchSize, rowsPerEpoch } = spec;
	if (batchSize > rowsPerEpoch) {
		throw new SpecError(`The batch size is ${batchSize}, but only ${rowsPerEpoch} examples are trained on.`);
	}
	const network = new Network(architecture);
	const loss = buildLoss(spec.loss, architecture.classes);
	const lambda = lambdaForm(spec.optimizer, batchSize);
	const { inputShape, inputType, inputScale, classes } = architecture;
	const pooled = countNumbers(network.parameters) < pooledParameters;
	const shared = { network, loss, inputShape, inputType, inputScale };
	const evaluation = await sessions.get(JSON.stringify(['evaluation', architecture, spec.loss]), pooled, () =>
		buildEvaluationGraph(shared).serialize('evaluation'),
	);
	const epoch = await sessions.get(
		JSON.stringify(['epoch', architecture, spec.loss, lambda, batchSize, rowsPerEpoch]),
		pooled,
		() => {
			const optimizer = (graph: Graph) => buildOptimizer(graph, lambda);
			return buildEpochGraph({ ...shared, classes, batchSize, rowsPerEpoch, optimizer }).serialize('epoch');
		},
	);
	return new OnnxProgram({ spec, network, slots: lambda === 'none' ? [] : ['momentum'], epoch, evaluation });
}

function countNumbers(parameters: readonly ParameterSpec[]): number {
	const sizes = parameters.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
	return sizes.reduce((total, size) => total + size, 0);
}

type LambdaForm = 'none' | 'input' | number;

function lambdaForm({ lambda }: OptimizerSpec, batchSize: number): LambdaForm {
	if (lambda === 0) return 'none';
	return batchSize <= foldLambdaUpTo ? lambda : 'input';
}

function buildOptimizer(graph: Graph, lambda: LambdaForm): Optimizer {
	if (lambda === 'none') return gradientDescent();
	if (lambda === 'input') return momentum({ value: graph.input('lambda', graph.real, []) });
	return momentum({ folded: lambda });
}

function buildLoss({ kind }: LossSpec, classes: number): Loss {
	switch (kind) {
		case 'softmaxCrossEntropy':
			return softmaxCrossEntropy(classes);
	}
}

function runtimeVersion(): string {
	const manifest = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
	return manifest.version;
}
