import type { FieldError } from '../contracts/errors.ts';

/** An inclusive range as the contract parses it. */
export interface Range {
	from: number;
	to: number;
	steps: number;
	scale: 'linear' | 'log';
}

/** One value of an axis and where in the request it was written. */
export interface AxisValue {
	value: number;
	pointer: string;
}

export interface AxisExpansion {
	values: AxisValue[];
	errors: FieldError[];
}

/** Six digits keep 0.001 … 1 clean; more are used only where the steps are closer than that. */
const digitsToTry = [6, 9, 12, 15, 17] as const;

/** How many values an axis has, without making them. */
export function axisLength(axis: readonly unknown[] | Range): number {
	return 'steps' in axis ? axis.steps : axis.length;
}

/**
 * Expands a range into its values, both ends exactly as written, or says why it has none.
 * `whole` rounds to whole numbers (batch sizes). The caller has bounded `steps`.
 */
export function expandRange(range: Range, pointer: string, { whole }: { whole: boolean }): AxisExpansion {
	const { from, to, steps, scale } = range;
	const fault = (field: string, message: string): AxisExpansion => ({
		values: [],
		errors: [{ pointer: `${pointer}/${field}`, message }],
	});
	if (scale === 'log' && from <= 0) return fault('from', 'must be greater than 0 on a log scale');
	if (scale === 'log' && to <= 0) return fault('to', 'must be greater than 0 on a log scale');
	if (from === to && steps > 1) return fault('steps', `must be 1, because from and to are both ${from}`);
	if (from !== to && steps === 1) return fault('steps', 'must be at least 2, because from and to differ');

	const values = whole ? wholeSteps(range) : roundedSteps(range);
	if (values === null) {
		const room = whole
			? `fewer steps: ${steps} of them between ${from} and ${to} repeat a whole number`
			: `fewer steps: ${steps} numbers do not fit between ${from} and ${to}`;
		return fault('steps', `needs ${room}`);
	}
	return { values: values.map((value) => ({ value, pointer })), errors: [] };
}

function wholeSteps(range: Range): number[] | null {
	const values = interpolate(range, Math.round);
	return isStrictlyMonotonic(values) ? values : null;
}

function roundedSteps(range: Range): number[] | null {
	for (const digits of digitsToTry) {
		const values = interpolate(range, (value) => Number(value.toPrecision(digits)));
		if (isStrictlyMonotonic(values)) return values;
	}
	return null;
}

function interpolate({ from, to, steps, scale }: Range, round: (value: number) => number): number[] {
	const last = steps - 1;
	return Array.from({ length: steps }, (_, index) => {
		if (index === 0) return from;
		if (index === last) return to;
		const t = index / last;
		const value = scale === 'linear' ? from + (to - from) * t : 10 ** (Math.log10(from) * (1 - t) + Math.log10(to) * t);
		return round(value);
	});
}

function isStrictlyMonotonic(values: readonly number[]): boolean {
	const rising = values[0]! <= values[values.length - 1]!;
	return values.every((value, index) => {
		if (index === 0) return true;
		return rising ? value > values[index - 1]! : value < values[index - 1]!;
	});
}
