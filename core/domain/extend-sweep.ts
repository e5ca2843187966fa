import type { DatasetInfo } from '../contracts/api.ts';
import type { FieldError } from '../contracts/errors.ts';
import type { SweepExtension } from '../contracts/sweep-extension.ts';
import { type Configuration, limits, type SweepSpec } from '../contracts/sweep-spec.ts';
import { expandRange, type Range } from './axis-values.ts';
import { configurationKey } from './configuration-hash.ts';
import { countTrials, expandGrid } from './expand-grid.ts';
import { grouped, refuse } from './spec-faults.ts';
import { planSweep } from './sweep-plan.ts';

export interface ExtensionPlan {
	/** What the whole sweep is now; submitted anew it would make the same trials. */
	spec: SweepSpec;
	/** All of them, old and new. */
	configurations: Configuration[];
	/** Where the request asks for what the sweep has already. */
	skipped: FieldError[];
}

type Grid = NonNullable<SweepSpec['grid']>;
type AxisName = keyof Grid;
type Value = number | 'full';
type Point = NonNullable<SweepSpec['configurations']>[number];
/** A value and where in the request it was written. */
type Placed<T> = { value: T; pointer: string };
type Union<T> = { values: T[]; skipped: FieldError[] };

/** An answer that repeats ten thousand values helps nobody. */
const maxSkipped = 50;

const axisNames = ['batchSize', 'eta', 'lambda'] as const satisfies AxisName[];

/**
 * Merges an extension into a sweep's spec. What the sweep has already is left out and named in `skipped`.
 * @param trainSize N, which `"full"` stands for
 * @throws BasinError `invalid_spec` with pointers into the extension, as a POST of a sweep would; also when the sweep would
 * become too large, or larger than its own `maxTrials`
 */
export function planExtension(input: {
	spec: SweepSpec;
	trainSize: number;
	dataset: DatasetInfo;
	extension: SweepExtension;
}): ExtensionPlan {
	const { spec, trainSize, dataset, extension } = input;
	refuse(missingAxes(spec, extension));
	planSweep(requestAsSpec(spec, extension), dataset);

	const seeds = unite(spec.seeds, placed(extension.seeds ?? [], '/seeds'), (seed) => seed);
	const grid = uniteGrids(spec.grid, extension.grid, trainSize);
	const { configurations: old = [], ...rest } = spec;
	const merged: SweepSpec = { ...rest, seeds: seeds.values, ...(grid.values ? { grid: grid.values } : {}) };
	refuse(sizeFaults(merged));
	const explicit = uniteConfigurations(merged, old, extension, trainSize);
	if (explicit.values.length > 0) merged.configurations = explicit.values;
	refuse(sizeFaults(merged));
	return {
		spec: merged,
		configurations: expandGrid(merged, trainSize),
		skipped: [...seeds.skipped, ...grid.skipped, ...explicit.skipped].slice(0, maxSkipped),
	};
}

function missingAxes({ grid }: SweepSpec, { grid: wanted }: SweepExtension): FieldError[] {
	if (grid || !wanted) return [];
	return axisNames
		.filter((name) => wanted[name] === undefined)
		.map((name) => ({
			pointer: `/grid/${name}`,
			message: 'is required: the sweep has no grid to take its values from',
		}));
}

/** What is asked for, as a sweep of its own, so that everything is checked where the request says it. */
function requestAsSpec(spec: SweepSpec, extension: SweepExtension): SweepSpec {
	const { grid, configurations } = extension;
	const request: SweepSpec = { ...spec, seeds: extension.seeds ?? spec.seeds, budget: {} };
	if (!grid && !configurations) return request;
	delete request.grid;
	delete request.configurations;
	if (grid) request.grid = { ...spec.grid, ...definedOf(grid) } as Grid;
	if (configurations) request.configurations = configurations;
	return request;
}

function definedOf(grid: NonNullable<SweepExtension['grid']>): Partial<Grid> {
	return Object.fromEntries(Object.entries(grid).filter(([, axis]) => axis !== undefined));
}

function uniteGrids(
	grid: SweepSpec['grid'],
	wanted: SweepExtension['grid'],
	trainSize: number,
): { values: Grid | undefined; skipped: FieldError[] } {
	if (!wanted) return { values: grid, skipped: [] };
	const resolved = (value: Value) => (value === 'full' ? trainSize : value);
	const united = axisNames.map((name) => {
		const old = valuesOf(name, grid?.[name]).map(({ value }) => value);
		const { values, skipped } = unite(old, valuesOf(name, wanted[name]), resolved);
		// A range that gets nothing new stays as it was written.
		return { axis: [name, values.length > old.length ? values : grid![name]], skipped };
	});
	return {
		values: Object.fromEntries(united.map(({ axis }) => axis)) as Grid,
		skipped: united.flatMap(({ skipped }) => skipped),
	};
}

function valuesOf(name: AxisName, axis: readonly Value[] | Range | undefined): Placed<Value>[] {
	const pointer = `/grid/${name}`;
	if (axis === undefined) return [];
	return 'steps' in axis ? expandRange(axis, pointer, { whole: name === 'batchSize' }).values : placed(axis, pointer);
}

function uniteConfigurations(
	merged: SweepSpec,
	old: readonly Point[],
	extension: SweepExtension,
	trainSize: number,
): Union<Point> {
	const keyOf = ({ batchSize, eta, lambda }: Point) =>
		configurationKey({ batchSize: batchSize === 'full' ? trainSize : batchSize, eta, lambda });
	const inGrid = new Set(merged.grid ? expandGrid(merged, trainSize).map(configurationKey) : []);
	const wanted = placed(extension.configurations ?? [], '/configurations');
	const known = wanted.filter(({ value }) => inGrid.has(keyOf(value)));
	const { values, skipped } = unite(
		old,
		wanted.filter((point) => !known.includes(point)),
		keyOf,
	);
	// A point that the grid contains by now would be refused beside it.
	return { values: values.filter((point) => !inGrid.has(keyOf(point))), skipped: [...skipped, ...known.map(inSweep)] };
}

function placed<T>(values: readonly T[], pointer: string): Placed<T>[] {
	return values.map((value, index) => ({ value, pointer: `${pointer}/${index}` }));
}

function unite<T>(old: readonly T[], wanted: readonly Placed<T>[], keyOf: (value: T) => unknown): Union<T> {
	const seen = new Set(old.map(keyOf));
	const [known, fresh] = [true, false].map((is) => wanted.filter(({ value }) => seen.has(keyOf(value)) === is));
	return { values: [...old, ...fresh!.map(({ value }) => value)], skipped: known!.map(inSweep) };
}

function inSweep({ value, pointer }: Placed<unknown>): FieldError {
	const what = typeof value === 'object' ? 'a configuration' : String(value);
	return { pointer, message: `asks for ${what}, which is already in the sweep` };
}

/** Counted by arithmetic, before anything is expanded. */
function sizeFaults(merged: SweepSpec): FieldError[] {
	const { trials } = countTrials(merged);
	const makes = `makes a sweep of ${grouped(trials)} trials`;
	const { maxTrials } = merged.budget;
	if (trials > limits.trialsPerSweep) {
		return [{ pointer: '', message: `${makes}; at most ${grouped(limits.trialsPerSweep)} are allowed` }];
	}
	if (maxTrials !== undefined && trials > maxTrials) {
		return [{ pointer: '', message: `${makes}, but its budget has maxTrials = ${grouped(maxTrials)}` }];
	}
	return [];
}
