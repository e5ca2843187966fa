import type { ProviderName } from '@basin/core/contracts/env.ts';
import { InferenceSession } from 'onnxruntime-node';

/**
 * Compiled graphs by key, the least recently used released first. Building one takes 25 to 50 ms, and each holds memory of its own,
 * so a worker that meets ten thousand configurations must not keep them all.
 */
export class Sessions {
	readonly #capacity: number;
	readonly #threads: number;
	readonly #provider: ProviderName;
	readonly #byKey = new Map<string, InferenceSession>();

	constructor(settings: { threads: number; provider: ProviderName; capacity: number }) {
		this.#threads = settings.threads;
		this.#provider = settings.provider;
		this.#capacity = settings.capacity;
	}

	/** `pooled` sessions keep their memory between operators and runs. `onGpu` names outputs that are left on the GPU. */
	async get(
		key: string,
		pooled: boolean,
		build: () => Uint8Array,
		onGpu: readonly string[] = [],
	): Promise<InferenceSession> {
		const known = this.#byKey.get(key);
		const session = known ?? (await this.#create(build(), pooled, onGpu));
		this.#byKey.delete(key);
		this.#byKey.set(key, session);
		for (const [oldest, old] of this.#byKey) {
			if (this.#byKey.size <= this.#capacity) break;
			this.#byKey.delete(oldest);
			await old.release();
		}
		return session;
	}

	async close(): Promise<void> {
		const sessions = [...this.#byKey.values()];
		this.#byKey.clear();
		for (const session of sessions) await session.release();
	}

	#create(model: Uint8Array, pooled: boolean, onGpu: readonly string[]): Promise<InferenceSession> {
		return InferenceSession.create(model, {
			executionProviders: [this.#provider],
			executionMode: 'sequential',
			intraOpNumThreads: this.#threads,
			interOpNumThreads: 1,
			enableCpuMemArena: pooled,
			enableMemPattern: pooled,
			logSeverityLevel: 3,
			...(onGpu.length > 0
				? { preferredOutputLocation: Object.fromEntries(onGpu.map((name) => [name, 'gpu-buffer' as const])) }
				: {}),
			extra: {
				session: {
					// Momenta of dead relus decay into denormal numbers (57,000 of 100,352 with η = 0.3) and stay there; Intel adds those
					// many times slower, AMD does not. The first session of a process decides, for its JavaScript too, so all say the same.
					set_denormal_as_zero: '1',
					'intra_op.allow_spinning': this.#threads > 1 ? '1' : '0',
				},
			},
		});
	}
}
