import type { ParameterSpec } from '@basin/core/domain/network-shape.ts';
import type { NamedArray } from './port.ts';
import { purpose, Random } from './random.ts';

export type { ParameterSpec };

/** Standard deviation of a normal distribution that is cut off at two of its own, as Keras cuts it. */
const truncatedDeviation = 0.8796256610342398;

/** θ⁰: a pure function of the seed and the list of parameters. */
export function initialParameters(specs: readonly ParameterSpec[], seed: number): Map<string, NamedArray> {
	return new Map(
		specs.map((spec, index) => {
			const values = new Float32Array(spec.shape.reduce((product, size) => product * size, 1));
			if (spec.initializer === 'ones') values.fill(1);
			else if (spec.initializer !== 'zeros') fill(values, spec, Random.of(seed, purpose.initialization, index));
			return [spec.name, { shape: spec.shape, values }];
		}),
	);
}

/** He (2015) and Glorot (2010), with the names and the truncation of Keras: variance 2/fanIn, and 2/(fanIn + fanOut). */
function fill(values: Float32Array, { initializer, fanIn, fanOut }: ParameterSpec, random: Random): void {
	const variance = initializer.startsWith('he') ? 2 / fanIn : 2 / (fanIn + fanOut);
	if (initializer.endsWith('Uniform')) {
		const limit = Math.sqrt(3 * variance);
		for (let i = 0; i < values.length; i++) values[i] = (2 * random.unit() - 1) * limit;
		return;
	}
	const deviation = Math.sqrt(variance) / truncatedDeviation;
	for (let i = 0; i < values.length; i++) {
		let drawn = random.normal();
		while (Math.abs(drawn) > 2) drawn = random.normal();
		values[i] = drawn * deviation;
	}
}
