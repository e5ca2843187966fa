import type { GateMetric } from '../contracts/gates.ts';
import type { FailureReason, TrialState } from '../contracts/states.ts';
import type { Configuration, DatasetSpec, ModelSpec } from '../contracts/sweep-spec.ts';
import { mean } from './statistics.ts';

/** A trial as far as a gate goes; the measures are null unless it succeeded. */
export interface GateTrial {
	configuration: Configuration;
	hash: string;
	seed: number;
	state: TrialState;
	reason: FailureReason | null;
	deviceKey: string | null;
	valAccuracy: number | null;
	testAccuracy: number | null;
	epochSeconds: number | null;
	updateSeconds: number | null;
}

/** One side of a comparison: an ended sweep, or what was kept of one. */
export interface GateSide {
	sweepId: string;
	/** What all its trials share; compared as JSON, to say what differs. */
	training: { dataset: DatasetSpec; model: ModelSpec } & Record<string, unknown>;
	epochs: number;
	/** Examples behind `valAccuracy` and `testAccuracy`; null when not known any more. */
	validationSize: number | null;
	testSize: number | null;
	trials: GateTrial[];
}

/** A configuration with all its trials. */
export interface Contender {
	configuration: Configuration;
	hash: string;
	trials: GateTrial[];
}

export function contendersOf({ trials }: GateSide): Map<string, Contender> {
	const groups = Map.groupBy(trials, ({ hash }) => hash);
	return new Map(
		[...groups].map(([hash, own]) => [hash, { hash, configuration: own[0]!.configuration, trials: own }] as const),
	);
}

/**
 * The highest mean validation accuracy, among those of which every seed succeeded when there are any: one lucky seed of three
 * that diverged is no best. Null when nothing succeeded.
 */
export function bestOf(contenders: Iterable<Contender>): Contender | null {
	const measured = [...contenders].flatMap((contender) => {
		const values = [...valuesOf([contender], 'valAccuracy', null).values()];
		return values.length === 0
			? []
			: [{ contender, accuracy: mean(values), whole: values.length === contender.trials.length }];
	});
	measured.sort(
		(one, other) =>
			Number(other.whole) - Number(one.whole) ||
			other.accuracy - one.accuracy ||
			(one.contender.hash < other.contender.hash ? -1 : 1),
	);
	return measured[0]?.contender ?? null;
}

/**
 * A metric by seed: of the one contender, or the mean over all where every one of them has the seed.
 * @param device only results of this device; null: of any
 */
export function valuesOf(
	contenders: readonly Contender[],
	metric: GateMetric,
	device: string | null,
): Map<number, number> {
	const bySeed = new Map<number, number[]>();
	for (const trial of contenders.flatMap(({ trials }) => trials)) {
		const value = trial[metric];
		if (value === null || (device !== null && trial.deviceKey !== device)) continue;
		const values = bySeed.get(trial.seed);
		if (values === undefined) bySeed.set(trial.seed, [value]);
		else values.push(value);
	}
	return new Map(
		[...bySeed]
			.filter(([, values]) => values.length === contenders.length)
			.map(([seed, values]) => [seed, mean(values)]),
	);
}

/** Devices that have results of these configurations, with how many. */
export function devicesOf(contenders: readonly Contender[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { state, deviceKey } of contenders.flatMap(({ trials }) => trials)) {
		if (state === 'succeeded' && deviceKey !== null) counts.set(deviceKey, (counts.get(deviceKey) ?? 0) + 1);
	}
	return counts;
}

/** What two sides were trained with that is not the same: `model`, `epochs`, `dataset`. */
export function differences(one: GateSide, other: GateSide): string[] {
	const [mine, theirs] = [one, other].map(({ training, epochs }): Record<string, unknown> => ({ ...training, epochs }));
	const names = new Set([...Object.keys(mine!), ...Object.keys(theirs!)]);
	return [...names].filter((name) => canonical(mine![name]) !== canonical(theirs![name])).sort();
}

/** JSON with sorted keys: Postgres keeps an object's keys in an order of its own. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
			: part,
	);
}
