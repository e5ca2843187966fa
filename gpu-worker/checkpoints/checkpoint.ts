import { EpochMetrics } from '@basin/core/contracts/training.ts';
import { z } from 'zod';
import { decodeSafetensors, encodeSafetensors } from '../artifacts/safetensors.ts';
import type { NamedArray, TrainingState } from '../engines/port.ts';

/** The kept weights: of the best validation epoch, which is the one that ranks. */
export interface Best {
	metrics: EpochMetrics;
	state: TrainingState;
}

/** How far a trial has come. The order of the data is a pure function of (seed, epoch), so going on needs nothing more. */
export interface Progress {
	/** After the last epoch of `history`; the initial state where that is empty. */
	state: TrainingState;
	history: readonly EpochMetrics[];
	best: Best | null;
	/** Of that many epochs at the beginning the times are another device's. */
	foreignEpochs: number;
}

/** Whose checkpoint it is. */
export interface Origin {
	/** Names the training; see `fingerprintOf`. */
	fingerprint: string;
	deviceKey: string;
}

type Arrays = ReadonlyMap<string, NamedArray>;

const format = 'basin-checkpoint-1';
const Notes = z.object({
	updates: z.int().min(1),
	history: z.array(EpochMetrics).min(1),
	bestEpoch: z.int().min(1),
	foreignEpochs: z.int().min(0),
});

/**
 * One safetensors file: `parameters/…` (θ), `slots/<slot>/…`, and `best/…` where the best epoch is not the last one; the
 * metadata has the curve and says whose it is. It holds numbers and JSON only: reading one runs no code.
 */
export function encodeCheckpoint(progress: Progress, { fingerprint, deviceKey }: Origin): Uint8Array {
	const { state, history, best, foreignEpochs } = progress;
	const bestEpoch = best!.metrics.epoch;
	const arrays = new Map([...named('parameters', state.parameters), ...slotArrays(state)]);
	if (bestEpoch < history.length)
		for (const [name, array] of named('best', best!.state.parameters)) arrays.set(name, array);
	const notes = JSON.stringify({ updates: state.updates, history, bestEpoch, foreignEpochs });
	return encodeSafetensors(arrays, { format, fingerprint, deviceKey, notes });
}

/**
 * Reads a checkpoint and holds it against what it must be.
 * @param expected `initial`: a state with the names and shapes of the program that is to go on; `epoch`: the last that it holds
 * @throws Error with a sentence when the file is damaged, of another training, or has a number that is not finite
 */
export function decodeCheckpoint(
	file: Uint8Array,
	expected: Origin & { initial: TrainingState; epoch: number },
): Progress {
	const { arrays, metadata } = decodeSafetensors(file);
	if (metadata.format !== format) throw new Error(`its format is ${metadata.format ?? 'not named'}, not ${format}.`);
	if (metadata.fingerprint !== expected.fingerprint) throw new Error('it is of another training.');
	const { updates, history, bestEpoch, foreignEpochs } = parseNotes(metadata.notes);
	const gapless = history.every(({ epoch }, place) => epoch === place + 1);
	if (!gapless || history.length !== expected.epoch || bestEpoch > history.length) {
		throw new Error(`its curve is not of the epochs 1 to ${expected.epoch}.`);
	}
	const read = (prefix: string, like: Arrays) => arraysLike(arrays, prefix, like);
	const { parameters, slots } = expected.initial;
	const state = {
		parameters: read('parameters', parameters),
		slots: new Map([...slots].map(([slot, like]) => [slot, read(`slots/${slot}`, like)])),
		updates,
	};
	const bestState =
		bestEpoch === history.length ? state : { parameters: read('best', parameters), slots: new Map(), updates };
	return {
		state,
		history,
		best: { metrics: history[bestEpoch - 1]!, state: bestState },
		foreignEpochs: metadata.deviceKey === expected.deviceKey ? foreignEpochs : history.length,
	};
}

function parseNotes(text = 'null'): z.infer<typeof Notes> {
	const notes = Notes.safeParse(JSON.parse(text));
	if (!notes.success) throw new Error(`its metadata is damaged at ${notes.error.issues[0]?.path.join('.')}.`);
	return notes.data;
}

function named(prefix: string, arrays: Arrays): [string, NamedArray][] {
	return [...arrays].map(([name, array]) => [`${prefix}/${name}`, array]);
}

function slotArrays({ slots }: TrainingState): [string, NamedArray][] {
	return [...slots].flatMap(([slot, arrays]) => named(`slots/${slot}`, arrays));
}

function arraysLike(arrays: Arrays, prefix: string, like: Arrays): Map<string, NamedArray> {
	return new Map(
		[...like].map(([name, { shape }]) => {
			const array = arrays.get(`${prefix}/${name}`);
			if (array === undefined) throw new Error(`${prefix}/${name} is missing.`);
			if (`${array.shape}` !== `${shape}`) {
				throw new Error(`${prefix}/${name} has the shape [${array.shape}], the model's has [${shape}].`);
			}
			if (!array.values.every(Number.isFinite)) throw new Error(`${prefix}/${name} has a number that is not finite.`);
			return [name, array];
		}),
	);
}
