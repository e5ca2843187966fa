/** The namespace of Basin's metrics in CloudWatch. Their one dimension is the stage, where BASIN_STAGE names one. */
export const metricsNamespace = 'Basin';

/** What a tick leaves behind, by name, and its unit. */
export const metricUnits = {
	waitingTrials: 'Count',
	runningTrials: 'Count',
	overdueLeaseSeconds: 'Seconds',
	overdueMessageSeconds: 'Seconds',
	startingDrainers: 'Count',
	runningDrainers: 'Count',
} as const;
export type MetricName = keyof typeof metricUnits;
