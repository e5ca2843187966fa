import type { ProviderName } from '@basin/core/contracts/env.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../port.ts';
import { Graph } from './graph.ts';

const advice: Record<ProviderName, string> = {
	cpu: 'Reinstall the package onnxruntime-node',
	webgpu: 'Install the Vulkan driver of the GPU (Linux also needs libvulkan.so.1), or set BASIN_PROVIDER=cpu',
	cuda: 'Install the CUDA libraries as docs/engines.md says, or set BASIN_PROVIDER=cpu',
};

/**
 * Multiplies two small matrices where training will run. onnxruntime gives whatever a provider cannot do to the CPU without a
 * word; here that is forbidden, so that a provider which does nothing is noticed at start.
 * @throws EngineError with one sentence when the provider is not installed, finds no device or computes something else
 */
export async function checkProvider(provider: ProviderName): Promise<void> {
	const graph = new Graph();
	const left = graph.input('left', 'float', [2, 2]);
	graph.output('product', graph.node('Gemm', [left, left]), 'float', [2, 2]);
	let product: ArrayLike<unknown>;
	try {
		const session = await InferenceSession.create(graph.serialize('check'), {
			executionProviders: [provider],
			logSeverityLevel: 4,
			// A session of the CPU would refuse itself. The rest is as in `Sessions`: the first of a process decides about denormals.
			extra: {
				session: {
					set_denormal_as_zero: '1',
					...(provider === 'cpu' ? {} : { 'session.disable_cpu_ep_fallback': '1' }),
				},
			},
		});
		const outputs = await session.run({ left: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
		product = outputs.product!.data as Float32Array;
		await session.release();
	} catch (error) {
		throw unavailable(provider, causeOf(error), error);
	}
	if (Array.from(product).join() !== '7,10,15,22') throw unavailable(provider, `a product came to ${product}`);
}

function unavailable(provider: ProviderName, cause: string, error?: unknown): EngineError {
	return new EngineError(`The provider ${provider} cannot train here (${cause}). ${advice[provider]}.`, {
		cause: error,
	});
}

/** onnxruntime puts its own file, line and function before the sentence. */
function causeOf(error: unknown): string {
	const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
	return line.replace(/^.*was false\. |^.*\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /, '').replace(/[.\s]+$/, '');
}
