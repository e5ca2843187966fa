import type { FieldError } from '../contracts/errors.ts';
import { type Configuration, limits, type SweepSpec } from '../contracts/sweep-spec.ts';
import { type AxisExpansion, type AxisValue, axisLength, expandRange, type Range } from './axis-values.ts';
import { configurationKey } from './configuration-hash.ts';
import { counted, grouped, refuse } from './spec-faults.ts';

export interface TrialCount {
	configurations: number;
	trials: number;
}

/** Counts by arithmetic alone: nothing is allocated, so a grid of 10⁹ points costs no more than one of ten. */
export function countTrials({ grid, configurations, seeds }: SweepSpec): TrialCount {
	const gridPoints = grid ? axisLength(grid.batchSize) * axisLength(grid.eta) * axisLength(grid.lambda) : 0;
	const total = gridPoints + (configurations?.length ?? 0);
	return { configurations: total, trials: total * seeds.length };
}

/**
 * The sweep's configurations, `"full"` resolved to `trainSize`, in the order batch size, η, λ, explicit points last.
 * @throws BasinError `invalid_spec` on 1 ≤ B ≤ N, on an impossible range, on two equal entries, on too many trials.
 */
export function expandGrid(spec: SweepSpec, trainSize: number): Configuration[] {
	refuse(sizeFaults(spec));
	const axes = expandAxes(spec.grid, trainSize);
	const explicit = (spec.configurations ?? []).map(({ batchSize, eta, lambda }) => ({
		batchSize: batchSize === 'full' ? trainSize : batchSize,
		eta,
		lambda: lambda + 0,
	}));
	refuse([
		...Object.values(axes).flatMap(({ values, errors }) => [...errors, ...duplicateFaults(values)]),
		...explicitFaults(explicit, trainSize),
		...duplicateFaults(spec.seeds.map((value, index) => ({ value, pointer: `/seeds/${index}` }))),
	]);
	const gridPoints = axes.batchSize.values.flatMap(({ value: batchSize }) =>
		axes.eta.values.flatMap(({ value: eta }) =>
			axes.lambda.values.map(({ value: lambda }) => ({ batchSize, eta, lambda: lambda + 0 })),
		),
	);
	refuse(overlapFaults(gridPoints, explicit));
	return [...gridPoints, ...explicit];
}

function expandAxes(grid: SweepSpec['grid'], trainSize: number): Record<keyof Configuration, AxisExpansion> {
	const none: AxisExpansion = { values: [], errors: [] };
	if (!grid) return { batchSize: none, eta: none, lambda: none };
	return {
		batchSize: expandBatchSizes(grid.batchSize, trainSize),
		eta: expandAxis(grid.eta, '/grid/eta'),
		lambda: expandAxis(grid.lambda, '/grid/lambda'),
	};
}

function expandAxis(axis: readonly number[] | Range, pointer: string): AxisExpansion {
	if ('steps' in axis) return expandRange(axis, pointer, { whole: false });
	return { values: axis.map((value, index) => ({ value, pointer: `${pointer}/${index}` })), errors: [] };
}

function expandBatchSizes(axis: readonly (number | 'full')[] | Range, trainSize: number): AxisExpansion {
	const pointer = '/grid/batchSize';
	if ('steps' in axis) {
		const ends = (['from', 'to'] as const).map((end) => ({ value: axis[end], pointer: `${pointer}/${end}` }));
		const { values, errors } = expandRange(axis, pointer, { whole: true });
		return { values, errors: [...errors, ...batchSizeFaults(ends, trainSize)] };
	}
	const { values } = expandAxis(
		axis.map((value) => (value === 'full' ? trainSize : value)),
		pointer,
	);
	return { values, errors: batchSizeFaults(values, trainSize) };
}

function explicitFaults(explicit: readonly Configuration[], trainSize: number): FieldError[] {
	const pointer = (index: number) => `/configurations/${index}`;
	const keys = explicit.map((point, index) => ({ value: configurationKey(point), pointer: pointer(index) }));
	const sizes = explicit.map(({ batchSize }, index) => ({ value: batchSize, pointer: `${pointer(index)}/batchSize` }));
	return [...duplicateFaults(keys), ...batchSizeFaults(sizes, trainSize)];
}

/** Too many trials for a sweep or for its own budget, with the numbers that make them. */
export function sizeFaults(spec: SweepSpec): FieldError[] {
	const { trials } = countTrials(spec);
	const { maxTrials } = spec.budget;
	if (trials > limits.trialsPerSweep) {
		const pointer = spec.grid ? '/grid' : '/configurations';
		return [{ pointer, message: `makes ${product(spec)}; at most ${grouped(limits.trialsPerSweep)} are allowed` }];
	}
	if (maxTrials !== undefined && trials > maxTrials) {
		return [
			{ pointer: '/budget/maxTrials', message: `is ${grouped(maxTrials)}, but the sweep makes ${product(spec)}` },
		];
	}
	return [];
}

/** The count as a person checks it: `1,000 batch sizes × 1,000 η × 1,000 λ × 1 seed = 1,000,000,000 trials`. */
function product(spec: SweepSpec): string {
	const { grid, configurations, seeds } = spec;
	const points = configurations ? [counted(configurations.length, 'explicit configuration')] : [];
	if (grid) {
		const [b, e, l] = [grid.batchSize, grid.eta, grid.lambda].map(axisLength) as [number, number, number];
		points.unshift(`${counted(b, 'batch size')} × ${grouped(e)} η × ${grouped(l)} λ`);
	}
	const sum = points.length > 1 ? `(${points.join(' + ')})` : points[0];
	return `${sum} × ${counted(seeds.length, 'seed')} = ${counted(countTrials(spec).trials, 'trial')}`;
}

function batchSizeFaults(values: readonly AxisValue[], trainSize: number): FieldError[] {
	return values
		.filter(({ value }) => value > trainSize)
		.map(({ value, pointer }) => ({
			pointer,
			message: `must be at most ${grouped(trainSize)}, the number of examples trained on, but is ${grouped(value)}`,
		}));
}

/** Two equal entries are reported at both places, so that a person sees which one to remove. */
function duplicateFaults(entries: readonly { value: number | string; pointer: string }[]): FieldError[] {
	const first = new Map<number | string, string>();
	const reported = new Set<number | string>();
	const faults: FieldError[] = [];
	for (const { value, pointer } of entries) {
		// A Map takes −0 and 0 for one key, as the configuration hash does.
		const earlier = first.get(value);
		if (earlier === undefined) {
			first.set(value, pointer);
			continue;
		}
		if (!reported.has(value)) {
			faults.push({ pointer: earlier, message: `is repeated at ${pointer}${both(value)}` });
			reported.add(value);
		}
		faults.push({ pointer, message: `repeats ${earlier}${both(value)}` });
	}
	return faults;
}

function overlapFaults(gridPoints: readonly Configuration[], explicit: readonly Configuration[]): FieldError[] {
	if (gridPoints.length === 0 || explicit.length === 0) return [];
	const inGrid = new Set(gridPoints.map(configurationKey));
	return explicit.flatMap((point, index) => {
		if (!inGrid.has(configurationKey(point))) return [];
		const { batchSize, eta, lambda } = point;
		return [
			{ pointer: `/configurations/${index}`, message: 'is already a point of /grid' },
			{
				pointer: '/grid',
				message: `contains B = ${batchSize}, η = ${eta}, λ = ${lambda}, as /configurations/${index} does`,
			},
		];
	});
}

const both = (value: number | string): string => (typeof value === 'number' ? `: both are ${value}` : '');
