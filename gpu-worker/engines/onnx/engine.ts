import { createRequire } from 'node:module';
import type { ProviderName } from '@basin/core/contracts/env.ts';
import type { ParameterSpec } from '../initial-parameters.ts';
import { type Engine, type Program, type ProgramSpec, SpecError } from '../port.ts';
import { buildEpochGraph } from './epoch-graph.ts';
import { buildEvaluationGraph } from './evaluation-graph.ts';
import { buildLoss } from './losses/build-loss.ts';
import { Network } from './network.ts';
import { updateRule } from './optimizers/update-rule.ts';
import { OnnxProgram } from './program.ts';
import { checkProvider } from './provider.ts';
import { Residents, type Runner } from './resident.ts';
import { Sessions } from './sessions.ts';
import { openStepwise, openUpload } from './stepwise-sessions.ts';

/**
 * A trial needs two sessions, and trials of one sweep come in any order. After 24 programs in turn the process had peaked at 341 MB
 * with 8 sessions, 303 to 335 with 4 and 289 to 295 with 3; the bar is 309, and building one again takes 25 to 50 ms.
 */
const cachedSessions = 3;
/** There a program is five: with room for six, one that was released while its tensors lay on the GPU ended the process (SIGSEGV). */
const cachedWebgpuSessions = 16;

/**
 * A smaller model keeps its buffers (14 MiB a session, 4 to 10 % faster at B ≥ 1000). A larger one would keep far more than it
 * needs: 3 million parameters held 486 MiB with pools, 374 without, and 130 more for each further program against 9.
 */
const pooledParameters = 1_000_000;

/** The engine `onnx` on a provider that is known to be there. @throws EngineError with a sentence when it is not */
export async function openOnnxEngine(settings: { threads: number; provider: ProviderName }): Promise<Engine> {
	await checkProvider(settings.provider);
	return createOnnxEngine(settings);
}

/** The engine `onnx`, on the CPU unless told. @param threads of one `run()`; with equal threads results are bit-equal */
export function createOnnxEngine(settings: { threads: number; provider?: ProviderName }): Engine {
	const { threads, provider = 'cpu' } = settings;
	const sessions = new Sessions({
		threads,
		provider,
		capacity: provider === 'webgpu' ? cachedWebgpuSessions : cachedSessions,
	});
	const residents = new Residents();
	return {
		name: 'onnx',
		provider,
		threads,
		versions: { onnxruntime: runtimeVersion(), node: process.versions.node },
		compile: (spec) => compile(spec, sessions, provider === 'webgpu' ? residents : null),
		close: () => {
			residents.close();
			return sessions.close();
		},
	};
}

/** @param residents where the provider has no loop of its own, so that data set and state must be kept on the GPU from here */
async function compile(spec: ProgramSpec, sessions: Sessions, residents: Residents | null): Promise<Program> {
	const { architecture, batchSize, rowsPerEpoch } = spec;
	if (batchSize > rowsPerEpoch) {
		throw new SpecError(`The batch size is ${batchSize}, but only ${rowsPerEpoch} examples are trained on.`);
	}
	const network = new Network(architecture);
	const loss = buildLoss(spec.loss, architecture.classes);
	const rule = updateRule(spec.optimizer, batchSize);
	const { inputShape, inputType, inputScale, classes } = architecture;
	const pooled = countNumbers(network.parameters) < pooledParameters;
	const shared = { network, loss, inputShape, inputType, inputScale };
	const evaluation = await sessions.get(JSON.stringify(['evaluation', architecture, spec.loss]), pooled, () =>
		buildEvaluationGraph(shared).serialize('evaluation'),
	);
	const key = ['epoch', architecture, spec.loss, rule.key, batchSize];
	const whole = { ...shared, classes, batchSize, rowsPerEpoch, optimizer: rule.build };
	if (residents !== null) {
		const stepwise = await openStepwise({ sessions, graph: whole, slots: rule.slots, key, pooled });
		const upload = await openUpload(sessions, architecture);
		const onGpu = (runner: Runner): Runner => ({
			run: async (feeds) => runner.run(await residents.place(feeds, upload)),
		});
		return new OnnxProgram({ spec, network, rule, epoch: onGpu(stepwise), evaluation: onGpu(evaluation) });
	}
	const epoch = await sessions.get(JSON.stringify([...key, rowsPerEpoch]), pooled, () =>
		buildEpochGraph(whole).serialize('epoch'),
	);
	return new OnnxProgram({ spec, network, rule, epoch, evaluation });
}

function countNumbers(parameters: readonly ParameterSpec[]): number {
	const sizes = parameters.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
	return sizes.reduce((total, size) => total + size, 0);
}

function runtimeVersion(): string {
	const manifest = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
	return manifest.version;
}
