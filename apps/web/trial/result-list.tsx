import type { TrialWithAttempts } from '@basin/client';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import { DataList, Stack, Text, Title } from '@mantine/core';
import { formatCount, formatLoss, formatPercent, formatSeconds } from '../format/numbers.ts';
import { TimeParts } from './time-parts.tsx';

/** What the trial contributes to the ranking, and where its time went. */
export function ResultList({ trial }: { trial: TrialWithAttempts }) {
	return (
		<Stack gap="sm">
			<Title order={2} size="h4">
				Result
			</Title>
			{trial.result === null ? (
				<Text size="sm" c="dimmed">
					{trial.epochsDone} of {trial.epochs} epochs done;{' '}
					{isTerminalTrial(trial.state)
						? 'a trial that did not succeed has no result.'
						: 'the result appears when the trial has succeeded.'}
				</Text>
			) : (
				<Result result={trial.result} />
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

type TrialResult = NonNullable<TrialWithAttempts['result']>;

function Result({ result }: { result: TrialResult }) {
	return (
		<>
			<div>
				<div className="figure-value">{formatPercent(result.valAccuracy)}</div>
				<Text size="sm" c="dimmed">
					best validation accuracy, at epoch {result.bestEpoch}: what ranks
				</Text>
			</div>
			<DataList size="sm" gap={6} labelWidth="13.5rem">
				{resultRows(result).map(([label, value]) => (
					<DataList.Item key={label}>
						<DataList.ItemLabel>{label}</DataList.ItemLabel>
						<DataList.ItemValue style={{ fontVariantNumeric: 'tabular-nums' }}>{value}</DataList.ItemValue>
					</DataList.Item>
				))}
			</DataList>
			<TimeParts result={result} />
		</>
	);
}

function resultRows(result: TrialResult): [string, string][] {
	return [
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
	];
}
