import { limits } from '@basin/core/contracts/sweep-spec.ts';
import { formatValue } from '../format/numbers.ts';
import type { AxisValues } from './form-values.ts';
import { numberOrText } from './typed-text.ts';

/** The values of a range as the API will expand them, or null while its fields are not yet a range. */
export function previewRange(axis: AxisValues, whole: boolean): number[] | null {
	const [from, to, steps] = [axis.from, axis.to, axis.steps].map(numberOrText);
	if (typeof from !== 'number' || typeof to !== 'number' || typeof steps !== 'number') return null;
	if (!Number.isInteger(steps) || steps < 1 || steps > limits.valuesPerAxis) return null;
	if (axis.scale === 'log' && (from <= 0 || to <= 0)) return null;
	const values = Array.from({ length: steps }, (_, step) => valueAt({ from, to, steps, scale: axis.scale }, step));
	return whole ? [...new Set(values.map(Math.round))] : values;
}

function valueAt(range: { from: number; to: number; steps: number; scale: 'linear' | 'log' }, step: number): number {
	const { from, to, steps, scale } = range;
	if (step === 0) return from;
	if (step === steps - 1) return to;
	const share = step / (steps - 1);
	return scale === 'log' ? 10 ** (Math.log10(from) + share * Math.log10(to / from)) : from + share * (to - from);
}

/** `0.001, 0.01, 0.1, 1`; the middle of a long list is left out. */
export function previewText(values: number[], most = 12): string {
	if (values.length <= most) return values.map(formatValue).join(', ');
	const head = values.slice(0, most - 1).map(formatValue);
	return `${head.join(', ')}, …, ${formatValue(values.at(-1)!)} (${values.length} values)`;
}
