import type { Configuration } from '../../contracts/sweep-spec.ts';
import { configurationHash } from '../configuration-hash.ts';
import type { GateSide, GateTrial } from '../gate-sides.ts';

export const configurationOf = (eta: number): Configuration => ({ batchSize: 100, eta, lambda: 0.9 });

const hashes = new Map<number, string>();

/** Kept: simulations ask a million times. */
function hashOf(eta: number): string {
	const hash = hashes.get(eta) ?? configurationHash(configurationOf(eta));
	hashes.set(eta, hash);
	return hash;
}

/** A trial that succeeded on one device; each test names what it cares about. */
export function sampleTrial(eta: number, seed: number, changes: Partial<GateTrial> = {}): GateTrial {
	return {
		configuration: configurationOf(eta),
		hash: hashOf(eta),
		seed,
		state: 'succeeded',
		reason: null,
		deviceKey: 'cpu-a',
		valAccuracy: 0.97,
		testAccuracy: 0.96,
		epochSeconds: 0.2,
		updateSeconds: 0.0004,
		...changes,
	};
}

export function sampleSide(trials: GateTrial[], changes: Partial<GateSide> = {}): GateSide {
	return {
		sweepId: 'swp_sample',
		training: {
			dataset: { name: 'mnist', validation: 10_000, splitSeed: 0 },
			model: { preset: 'softmax', initializer: 'glorotUniform' },
		},
		epochs: 5,
		validationSize: 10_000,
		testSize: 10_000,
		trials,
		...changes,
	};
}
