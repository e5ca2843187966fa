import type { TrialWithAttempts } from '@basin/client';
import { DataList, Stack, Text, Title } from '@mantine/core';
import { formatCount, formatLoss, formatPercent, formatSeconds } from '../format/numbers.ts';

/** What the trial contributes to the ranking, and where its time went. */
export function ResultList({ trial }: { trial: TrialWithAttempts }) {
	return (
		<Stack gap="sm">
			<Title order={2} size="h4">
				Result
			</Title>
			{trial.result === null ? (
				<Text size="sm" c="dimmed">
					{trial.epochsDone} of {trial.epochs} epochs done; the result appears when the trial has succeeded.
				</Text>
			) : (
				<DataList size="sm" gap={6} labelWidth="13.5rem">
					{resultRows(trial.result).map(([label, value]) => (
						<DataList.Item key={label}>
							<DataList.ItemLabel>{label}</DataList.ItemLabel>
							<DataList.ItemValue style={{ fontVariantNumeric: 'tabular-nums' }}>{value}</DataList.ItemValue>
						</DataList.Item>
					))}
				</DataList>
			)}
			{trial.device !== null && (
				<Text size="xs" c="dimmed">
					{trial.device.label} · engine {trial.device.engine} ({trial.device.provider}) ·{' '}
					{Object.entries(trial.device.versions)
						.map(([part, version]) => `${part} ${version}`)
						.join(', ')}
				</Text>
			)}
		</Stack>
	);
}

function resultRows(result: NonNullable<TrialWithAttempts['result']>): [string, string][] {
	return [
		['Best validation accuracy', `${formatPercent(result.valAccuracy)} at epoch ${result.bestEpoch}`],
		['Final validation accuracy', formatPercent(result.finalValAccuracy)],
		['Final validation loss', formatLoss(result.finalValLoss)],
		['Final training accuracy', formatPercent(result.finalTrainAccuracy)],
		['Final training loss', formatLoss(result.finalTrainLoss)],
		...(result.testAccuracy === null
			? []
			: [['Test accuracy (ranks nothing)', formatPercent(result.testAccuracy)] satisfies [string, string]]),
		['Median epoch', formatSeconds(result.epochSecondsMedian)],
		['Median update', formatSeconds(result.updateSecondsMedian)],
		['Updates', formatCount(result.updates)],
		['Training in all', formatSeconds(result.trainSeconds)],
		['Validation in all', formatSeconds(result.validationSeconds)],
		['Loading data', formatSeconds(result.loadSeconds)],
		['Building the graph', formatSeconds(result.compileSeconds)],
		['Writing artifacts', formatSeconds(result.artifactSeconds)],
	];
}
