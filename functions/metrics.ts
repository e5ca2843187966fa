import type { Drainers } from '@basin/api/drainers.ts';
import { type MetricName, metricsNamespace, metricUnits } from '@basin/core/contracts/metrics.ts';
import type { Work } from '@basin/db/work/measure.ts';

/** What a tick leaves behind; drainers where it starts them. */
export type Metrics = Work & Partial<Drainers>;

/** A line of log that CloudWatch turns into metrics (embedded metric format), those of a stage where one is named. */
export function metricsLine(metrics: Metrics, stage?: string): string {
	const Metrics = Object.keys(metrics).map((name) => ({ Name: name, Unit: metricUnits[name as MetricName] }));
	const dimensions = stage === undefined ? {} : { stage };
	const CloudWatchMetrics = [{ Namespace: metricsNamespace, Dimensions: [Object.keys(dimensions)], Metrics }];
	return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...dimensions, ...metrics })}\n`;
}
