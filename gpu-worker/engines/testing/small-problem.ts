import type { Rows } from '../../datasets/dataset.ts';
import { epochOrder } from '../order.ts';
import type { Architecture, ProgramSpec, Sums, TrainingState } from '../port.ts';
import { ReferenceNetwork, randomRows, toVectors, type Vectors } from './reference.ts';

/** The seed of initial weights and orders. */
export const seed = 3;

/** Small enough for central differences at every update. Without relu: a difference across its kink is no gradient. */
export const architecture: Architecture = {
	inputShape: [9],
	inputScale: 1 / 255,
	classes: 4,
	layers: [
		{ kind: 'dense', units: 5, initializer: 'heNormal' },
		{ kind: 'tanh' },
		{ kind: 'dense', units: 4, initializer: 'glorotUniform' },
	],
};

export function smallSpec(batchSize: number, rowsPerEpoch: number, lambda: number): ProgramSpec {
	const optimizer = { kind: 'momentum', lambda } as const;
	return { architecture, loss: { kind: 'softmaxCrossEntropy' }, optimizer, batchSize, rowsPerEpoch };
}

export function rowsOf(count: number): Rows {
	return randomRows({ count, width: 9, classes: 4, seed: 11 });
}

export function everyRow(count: number): Int32Array {
	return Int32Array.from({ length: count }, (_, row) => row);
}

interface Run {
	batchSize: number;
	rows: number;
	lambda: number;
	epochs: number;
	eta: number | Float32Array;
}

interface ReferenceOutcome {
	parameters: Vectors;
	momentum: Vectors;
	sums: Pick<Sums, 'loss' | 'correct'>[];
}

const outcomes = new Map<string, ReferenceOutcome>();

/** What the 64-bit network comes to from a state. Kept, because it takes seconds and every engine is held to it. */
export function referenceRun(run: Run, initial: TrainingState): ReferenceOutcome {
	const key = JSON.stringify([run, [...initial.parameters.values()].map(({ values }) => [...values])]);
	const known = outcomes.get(key) ?? computeRun(run, initial);
	outcomes.set(key, known);
	return known;
}

function computeRun({ batchSize, rows: count, lambda, epochs, eta }: Run, initial: TrainingState): ReferenceOutcome {
	const reference = new ReferenceNetwork(architecture);
	const rows = rowsOf(count);
	const parameters = toVectors(initial.parameters);
	const momentum: Vectors = new Map([...parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
	const etaOf = (update: number) => (typeof eta === 'number' ? eta : eta[update]!);
	const sums = Array.from({ length: epochs }, (_, epoch) => {
		const order = epochOrder(everyRow(count), seed, epoch + 1);
		return reference.train({ parameters, momentum, rows, order, batchSize, eta: etaOf, lambda });
	});
	return { parameters, momentum, sums };
}

/** 100 bytes an example: a random prototype of its class, half drowned in noise, so that there is something to learn. */
export function blurredPrototypes(count: number): Rows {
	const prototypes = randomRows({ count: 10, width: 100, classes: 10, seed: 21 }).values;
	const noise = randomRows({ count, width: 100, classes: 10, seed: 22 });
	const values = Uint8Array.from(noise.values, (byte, index) => {
		const label = noise.labels[Math.floor(index / 100)]!;
		return (byte + prototypes[label * 100 + (index % 100)]!) >> 1;
	});
	return { ...noise, values };
}

/** The same with four shades only, so that most neighbours are equal. */
export function coarse(rows: Rows): Rows {
	return { ...rows, values: rows.values.map((byte) => byte & 0xc0) };
}
