import type { LeaderboardEntry, SweepMetricsPoint, Trial } from '@basin/core/contracts/api.ts';
import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';
import type { Column, Table } from './columns.ts';

type Configured = { configuration: Configuration };

const configurationColumns: Column<Configured>[] = [
	{ name: 'batchSize', type: 'integer', read: ({ configuration }) => configuration.batchSize },
	{ name: 'eta', type: 'number', read: ({ configuration }) => configuration.eta },
	{ name: 'lambda', type: 'number', read: ({ configuration }) => configuration.lambda },
];

export const leaderboardTable: Table<LeaderboardEntry> = {
	name: 'leaderboard',
	columns: [
		{ name: 'rank', type: 'integer', read: (entry) => entry.rank },
		{ name: 'tiedWith', type: 'integer', read: (entry) => entry.tiedWith },
		...configurationColumns,
		{ name: 'configurationHash', type: 'text', read: (entry) => entry.configurationHash },
		{ name: 'seedsTotal', type: 'integer', read: (entry) => entry.seeds.total },
		{ name: 'seedsSucceeded', type: 'integer', read: (entry) => entry.seeds.succeeded },
		{ name: 'seedsFailed', type: 'integer', read: (entry) => entry.seeds.failed },
		{ name: 'diverged', type: 'boolean', read: (entry) => entry.diverged },
		{ name: 'valAccuracyMean', type: 'number', read: (entry) => entry.valAccuracy?.mean },
		{ name: 'valAccuracyStd', type: 'number', read: (entry) => entry.valAccuracy?.std },
		{ name: 'valAccuracyCi95Low', type: 'number', read: (entry) => entry.valAccuracy?.ci95?.[0] },
		{ name: 'valAccuracyCi95High', type: 'number', read: (entry) => entry.valAccuracy?.ci95?.[1] },
		{ name: 'epochSecondsMedian', type: 'number', read: (entry) => entry.epochSeconds?.median },
		{ name: 'epochSecondsIqrLow', type: 'number', read: (entry) => entry.epochSeconds?.iqr[0] },
		{ name: 'epochSecondsIqrHigh', type: 'number', read: (entry) => entry.epochSeconds?.iqr[1] },
		{ name: 'updateSecondsMedian', type: 'number', read: (entry) => entry.updateSeconds?.median },
		{ name: 'secondsToTarget', type: 'number', read: (entry) => entry.secondsToTarget },
		{ name: 'onParetoFront', type: 'boolean', read: (entry) => entry.onParetoFront },
		{ name: 'deviceKey', type: 'text', read: (entry) => entry.device?.key },
		{ name: 'deviceLabel', type: 'text', read: (entry) => entry.device?.label },
		{ name: 'bestTrialId', type: 'text', read: (entry) => entry.bestTrialId },
	],
};

export const trialsTable: Table<Trial> = {
	name: 'trials',
	columns: [
		{ name: 'trialId', type: 'text', read: (trial) => trial.id },
		...configurationColumns,
		{ name: 'configurationHash', type: 'text', read: (trial) => trial.configurationHash },
		{ name: 'seed', type: 'integer', read: (trial) => trial.seed },
		{ name: 'state', type: 'text', read: (trial) => trial.state },
		{ name: 'attemptNo', type: 'integer', read: (trial) => trial.attemptNo },
		{ name: 'epochs', type: 'integer', read: (trial) => trial.epochs },
		{ name: 'epochsDone', type: 'integer', read: (trial) => trial.epochsDone },
		{ name: 'reason', type: 'text', read: (trial) => trial.reason },
		{ name: 'message', type: 'text', read: (trial) => trial.message },
		{ name: 'deviceKey', type: 'text', read: (trial) => trial.device?.key },
		{ name: 'deviceLabel', type: 'text', read: (trial) => trial.device?.label },
		{ name: 'valAccuracy', type: 'number', read: (trial) => trial.result?.valAccuracy },
		{ name: 'bestEpoch', type: 'integer', read: (trial) => trial.result?.bestEpoch },
		{ name: 'finalValAccuracy', type: 'number', read: (trial) => trial.result?.finalValAccuracy },
		{ name: 'finalValLoss', type: 'number', read: (trial) => trial.result?.finalValLoss },
		{ name: 'finalTrainAccuracy', type: 'number', read: (trial) => trial.result?.finalTrainAccuracy },
		{ name: 'finalTrainLoss', type: 'number', read: (trial) => trial.result?.finalTrainLoss },
		{ name: 'testAccuracy', type: 'number', read: (trial) => trial.result?.testAccuracy },
		{ name: 'epochSecondsMedian', type: 'number', read: (trial) => trial.result?.epochSecondsMedian },
		{ name: 'updateSecondsMedian', type: 'number', read: (trial) => trial.result?.updateSecondsMedian },
		{ name: 'updates', type: 'integer', read: (trial) => trial.result?.updates },
		{ name: 'trainSeconds', type: 'number', read: (trial) => trial.result?.trainSeconds },
		{ name: 'createdAt', type: 'time', read: (trial) => trial.createdAt },
		{ name: 'startedAt', type: 'time', read: (trial) => trial.startedAt },
		{ name: 'finishedAt', type: 'time', read: (trial) => trial.finishedAt },
	],
};

export const metricsTable: Table<SweepMetricsPoint> = {
	name: 'metrics',
	columns: [
		{ name: 'trialId', type: 'text', read: (point) => point.trialId },
		...configurationColumns,
		{ name: 'seed', type: 'integer', read: (point) => point.seed },
		{ name: 'epoch', type: 'integer', read: (point) => point.epoch },
		{ name: 'updates', type: 'integer', read: (point) => point.updates },
		{ name: 'trainLoss', type: 'number', read: (point) => point.trainLoss },
		{ name: 'trainAccuracy', type: 'number', read: (point) => point.trainAccuracy },
		{ name: 'valLoss', type: 'number', read: (point) => point.valLoss },
		{ name: 'valAccuracy', type: 'number', read: (point) => point.valAccuracy },
		{ name: 'epochSeconds', type: 'number', read: (point) => point.epochSeconds },
		{ name: 'validationSeconds', type: 'number', read: (point) => point.validationSeconds },
		{ name: 'attemptNo', type: 'integer', read: (point) => point.attemptNo },
		{ name: 'recordedAt', type: 'time', read: (point) => point.recordedAt },
	],
};
