import type { Work } from '@basin/db/work/measure.ts';

const units: Record<keyof Work, 'Count' | 'Seconds'> = {
	waitingTrials: 'Count',
	runningTrials: 'Count',
	overdueLeaseSeconds: 'Seconds',
	overdueMessageSeconds: 'Seconds',
};

/** The namespace of Basin's metrics in CloudWatch. */
export const metricsNamespace = 'Basin';

/** A line of log that CloudWatch turns into metrics (embedded metric format). */
export function metricsLine(work: Work): string {
	const Metrics = Object.entries(units).map(([Name, Unit]) => ({ Name, Unit }));
	const CloudWatchMetrics = [{ Namespace: metricsNamespace, Dimensions: [[]], Metrics }];
	return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...work })}\n`;
}
