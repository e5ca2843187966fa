import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';
import { formatCount, formatValue } from './numbers.ts';

/** B as people read it: the full batch by name, anything else as a count. */
export function formatBatchSize(batchSize: number, trainSize: number): string {
	return batchSize === trainSize ? 'full' : formatCount(batchSize);
}

/** `B 100 · η 0.05 · λ 0.9`. */
export function formatConfiguration(configuration: Configuration, trainSize?: number): string {
	const batch =
		trainSize === undefined
			? formatCount(configuration.batchSize)
			: formatBatchSize(configuration.batchSize, trainSize);
	return `B ${batch} · η ${formatValue(configuration.eta)} · λ ${formatValue(configuration.lambda)}`;
}
