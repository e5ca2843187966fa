import { createRequire } from 'node:module';
import { EngineBroken, EngineError } from '../port.ts';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** TensorFlow.js with the part that computes. One process has one, because TensorFlow.js keeps it in a global. */
export interface Backend {
	tf: TensorFlow;
	/** `cuda` and `cpu` are libtensorflow; `wasm` is what needs no native package. */
	provider: 'cuda' | 'cpu' | 'wasm';
	threads: number;
	versions: Record<string, string>;
	/** @throws EngineBroken when something has been written where nothing may be */
	check(): void;
}

/** Optional packages, the best first. Their install steps fetch libtensorflow, which many networks refuse: see docs/engines.md. */
const nativePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** What a native package adds to `@tensorflow/tfjs-core`: the binding that the backend calls. */
interface NativeBackend {
	isUsingGpuDevice: boolean;
	binding: { TF_Version: string };
}

const require = createRequire(import.meta.url);

/** The first native package that is installed, or wasm. @param threads that libtensorflow may use; wasm has one */
export async function openBackend({ threads }: { threads: number }): Promise<Backend> {
	for (const name of nativePackages) {
		if (isInstalled(name)) return openNative(name, threads);
	}
	return openWasm();
}

function isInstalled(name: string): boolean {
	try {
		require.resolve(name);
		return true;
	} catch {
		return false;
	}
}

/** @throws EngineError when the package is there and does not load: a slower backend in silence would be worse than the sentence */
function openNative(name: string, threads: number): Backend {
	// libtensorflow reads its number of threads only here, once, when it is loaded.
	// biome-ignore lint/style/noProcessEnv: the C API that the binding uses has no other way in.
	Object.assign(process.env, {
		TF_NUM_INTRAOP_THREADS: `${threads}`,
		TF_NUM_INTEROP_THREADS: '1',
		TF_DETERMINISTIC_OPS: '1',
		TF_CPP_MIN_LOG_LEVEL: '2',
	});
	let tf: TensorFlow;
	try {
		tf = require(name) as TensorFlow;
	} catch (error) {
		const cause = error instanceof Error ? error.message.split('\n')[0] : String(error);
		const advice = 'Rebuild it (docs/engines.md says how), or remove it to train with wasm.';
		throw new EngineError(`${name} is installed but does not load (${cause}). ${advice}`, { cause: error });
	}
	const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
	return {
		tf,
		provider: isUsingGpuDevice ? 'cuda' : 'cpu',
		threads,
		versions: { tfjs: tf.version_core, libtensorflow: binding.TF_Version, node: process.versions.node },
		check: () => {},
	};
}

async function openWasm(): Promise<Backend> {
	const tf = require('@tensorflow/tfjs-core') as TensorFlow;
	require('@tensorflow/tfjs-backend-wasm');
	// Threads divide a product by the number of processors, so the same spec would give other sums on another machine.
	tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
	await tf.setBackend('wasm');
	const versions = { tfjs: tf.version_core, node: process.versions.node };
	return { tf, provider: 'wasm', threads: 1, versions, check: guardAddressZero(tf) };
}

/**
 * Where wasm's 4 GiB run out, its kernels take the address 0 that they are given for a tensor, and go on with wrong numbers.
 * Emscripten keeps nothing in the first KiB: a mark there that has changed tells of it.
 */
function guardAddressZero(tf: TensorFlow): () => void {
	const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
	const mark = Uint8Array.from({ length: 16 }, (_, index) => 0xa5 ^ index);
	wasm.HEAPU8.set(mark, 0);
	return () => {
		if (mark.some((byte, index) => wasm.HEAPU8[index] !== byte)) throw new EngineBroken('WebAssembly has no room left');
	};
}
