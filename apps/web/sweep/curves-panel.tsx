import type { LeaderboardEntry, Sweep } from '@basin/cli/client.ts';
import { Stack, Text, Title } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricsQuery } from '../api/metrics.ts';
import { trialSampleQuery } from '../api/queries.ts';
import { CurveControls, useCurveChoice } from '../charts/curve-controls.tsx';
import { measures, pointsOf } from '../charts/curve-series.ts';
import { LazyLineChart } from '../charts/lazy-line-chart.tsx';
import { formatConfiguration } from '../format/configurations.ts';

type Curve = { trialId: string; name: string; ended: boolean };

/** Running trials that are drawn besides the ticked rows. */
const runningDrawn = 4;

/** The best trial of every ticked configuration, and what runs now as dashed lines. */
export function CurvesPanel({ sweep, live, entries }: { sweep: Sweep; live: boolean; entries: LeaderboardEntry[] }) {
	const choice = useCurveChoice();
	const { measure, scale } = choice;
	const curves = useCurves(sweep, live, entries);
	const metrics = useQueries({ queries: curves.map(({ trialId, ended }) => metricsQuery(trialId, ended)) });

	const series = curves.map(({ trialId, name, ended }, index) => ({
		id: trialId,
		name,
		dashed: !ended,
		points: pointsOf(metrics[index]?.data?.points ?? [], measure, scale),
	}));
	const drawn = JSON.stringify(series);
	// One object while nothing has changed, so that a poll without news does not draw again.
	const chart = useMemo(
		() => ({
			title: measures[measure].label,
			series: JSON.parse(drawn) as typeof series,
			scale,
			format: measures[measure].format,
			tick: measures[measure].tick,
		}),
		[drawn, measure, scale],
	);

	return (
		<Stack gap="sm" component="section" aria-label="Learning curves">
			<Title order={2} size="h4">
				Learning curves
			</Title>
			<CurveControls choice={choice} />
			{curves.length === 0 ? (
				<Text size="sm" c="dimmed" {...(live ? { className: 'chart' } : {})}>
					{live ? 'Curves appear with the first epoch.' : 'Tick a row of the leaderboard to draw its curve.'}
				</Text>
			) : (
				<LazyLineChart {...chart} />
			)}
			<Text size="xs" c="dimmed">
				The best trial of each ticked row{live ? '; dashed: running now' : ''}.
			</Text>
		</Stack>
	);
}

function useCurves(sweep: Sweep, live: boolean, entries: LeaderboardEntry[]): Curve[] {
	const running = useQuery({ ...trialSampleQuery(sweep.id, 'running', runningDrawn, live), enabled: live });
	const best = entries.flatMap((entry): Curve[] =>
		entry.bestTrialId === null
			? []
			: [{ trialId: entry.bestTrialId, name: formatConfiguration(entry.configuration, sweep.trainSize), ended: true }],
	);
	if (!live) return best;
	const now = (running.data?.items ?? [])
		.filter((trial) => !best.some(({ trialId }) => trialId === trial.id))
		.map((trial) => ({
			trialId: trial.id,
			name: `${formatConfiguration(trial.configuration, sweep.trainSize)}, seed ${trial.seed}`,
			ended: false,
		}));
	return [...best, ...now];
}
