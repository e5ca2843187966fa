import type { Drainers } from '@basin/api/drainers.ts';
import type { Work } from '@basin/db/work/measure.ts';

/** What a tick leaves behind; drainers where it starts them. */
export type Metrics = Work & Partial<Drainers>;

const units: Record<keyof Metrics, 'Count' | 'Seconds'> = {
	waitingTrials: 'Count',
	runningTrials: 'Count',
	overdueLeaseSeconds: 'Seconds',
	overdueMessageSeconds: 'Seconds',
	startingDrainers: 'Count',
	runningDrainers: 'Count',
};

/** The namespace of Basin's metrics in CloudWatch. */
export const metricsNamespace = 'Basin';

/** A line of log that CloudWatch turns into metrics (embedded metric format). */
export function metricsLine(metrics: Metrics): string {
	const Metrics = Object.keys(metrics).map((name) => ({ Name: name, Unit: units[name as keyof Metrics] }));
	const CloudWatchMetrics = [{ Namespace: metricsNamespace, Dimensions: [[]], Metrics }];
	return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...metrics })}\n`;
}
