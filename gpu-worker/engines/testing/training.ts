import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeSafetensors, encodeSafetensors } from '../../artifacts/safetensors.ts';
import type { Rows } from '../../datasets/dataset.ts';
import { epochOrder } from '../order.ts';
import type { Program, Sums, TrainingState } from '../port.ts';
import { everyRow, seed } from './small-problem.ts';

export interface Training {
	/** Where it begins; without it, the initial state of the seed. */
	state?: TrainingState;
	/** Number of the first epoch, on which its order depends. */
	from?: number;
	epochs: number;
	eta: number | Float32Array;
}

/** Trains epochs `from` to `from + epochs − 1` over all rows. */
export async function train(program: Program, rows: Rows, { from = 1, epochs, eta, ...rest }: Training) {
	let state = rest.state ?? program.initialState(seed);
	const sums: Sums[] = [];
	for (let epoch = from; epoch < from + epochs; epoch++) {
		const order = epochOrder(everyRow(rows.count), seed, epoch);
		const result = await program.runEpoch({ state, rows, order, eta, seed, epoch });
		state = result.state;
		sums.push(result.sums);
	}
	return { state, sums };
}

/** θ and the slots, to compare bit for bit. */
export function bytesOf(state: TrainingState): Buffer {
	const arrays = [state.parameters, ...state.slots.values()].flatMap((map) => [...map.values()]);
	return Buffer.concat(arrays.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)));
}

/** A state after a stay in a file. */
export function storedAndRead({ parameters, slots, updates }: TrainingState): TrainingState {
	const read = (arrays: TrainingState['parameters']) => decodeSafetensors(encodeSafetensors(arrays, {})).arrays;
	const readSlots = new Map([...slots].map(([slot, arrays]) => [slot, read(arrays)]));
	return { parameters: read(parameters), slots: readSlots, updates };
}

/** So that what JavaScript has not collected yet is not taken for a leak. */
export const collectGarbage = (() => {
	setFlagsFromString('--expose-gc');
	return runInNewContext('gc') as () => void;
})();
