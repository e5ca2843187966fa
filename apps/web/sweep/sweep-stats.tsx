import type { Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Anchor, Paper, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { trialSampleQuery } from '../api/queries.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { secondsBetween } from '../format/moments.ts';
import { formatDuration, formatPercent, formatQuantity } from '../format/numbers.ts';
import { announcement, countsText } from './progress-words.ts';

type SweepStatsProps = { sweep: Sweep; streaming: boolean };

/** The figures of a sweep that are looked for first, side by side; each keeps its height while they change. */
export function SweepStats({ sweep, streaming }: SweepStatsProps) {
	return (
		<Paper withBorder component="section" aria-label="The sweep at a glance">
			<dl className="stats">
				<Stat name="Progress" note={countsText(sweep)}>
					{formatPercent(sweep.progress.fraction, 0)}
				</Stat>
				<TimeStat sweep={sweep} />
				<BestStats sweep={sweep} />
				<RunningStat sweep={sweep} streaming={streaming} />
			</dl>
			<progress
				className="row-progress sweep-progress"
				data-state={sweep.state}
				value={sweep.progress.fraction}
				aria-label="Progress of the sweep"
			/>
			<VisuallyHidden role="status">{announcement(sweep)}</VisuallyHidden>
		</Paper>
	);
}

function Stat({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) {
	return (
		<div className="stat">
			<dt>{name}</dt>
			<dd className="stat-value">{children}</dd>
			<dd className="stat-note">{note}</dd>
		</div>
	);
}

function TimeStat({ sweep: { state, startedAt, finishedAt, progress } }: { sweep: Sweep }) {
	if (startedAt !== null && finishedAt !== null)
		return (
			<Stat name="Took" note="from the first claim to the last result">
				{formatDuration(secondsBetween(startedAt, finishedAt))}
			</Stat>
		);
	const isKnown = progress.etaSeconds !== null && !isTerminalSweep(state);
	return (
		<Stat name="Time left" note={isKnown ? 'at the speed so far' : 'known when some epochs are done'}>
			{isKnown ? `about ${formatDuration(progress.etaSeconds!)}` : '–'}
		</Stat>
	);
}

function BestStats({ sweep: { best, state, trainSize } }: { sweep: Sweep }) {
	const soFar = isTerminalSweep(state) ? '' : ' so far';
	if (best === null)
		return (
			<Stat name={`Best accuracy${soFar}`} note={soFar === '' ? 'No trial succeeded.' : 'No trial has finished yet.'}>
				–
			</Stat>
		);
	return (
		<>
			<Stat
				name={`Best accuracy${soFar}`}
				note={best.seeds > 1 ? `validation, mean of ${formatQuantity(best.seeds, 'seed')}` : 'validation, one seed'}
			>
				{formatPercent(best.valAccuracyMean)}
			</Stat>
			<Stat name="Best configuration" note="opens its best trial">
				<Anchor component={Link} inherit to={`/trials/${best.trialId}`}>
					{formatConfiguration(best.configuration, trainSize)}
				</Anchor>
			</Stat>
		</>
	);
}

const runningShown = 3;

/** What trains at this moment; nothing once the sweep has ended. */
function RunningStat({ sweep, streaming }: SweepStatsProps) {
	const live = !isTerminalSweep(sweep.state);
	const { data } = useQuery({
		...trialSampleQuery(sweep.id, 'running', runningShown, live && !streaming),
		enabled: live,
	});
	if (!live) return null;
	const trials = data?.items ?? [];
	const more = sweep.counts.running - trials.length;
	return (
		<div className="stat">
			<dt>Running now</dt>
			<dd className="running-trials">
				{trials.length === 0 && <Text size="sm">–</Text>}
				{trials.map((trial) => (
					<div key={trial.id}>
						<Anchor component={Link} size="xs" to={`/trials/${trial.id}`}>
							{formatConfiguration(trial.configuration, sweep.trainSize)}
						</Anchor>{' '}
						<span className="stat-note">
							seed {trial.seed} · {trial.epochsDone} / {trial.epochs}
						</span>
					</div>
				))}
				{more > 0 && (
					<Anchor component={Link} size="xs" to="?tab=trials&state=running" preventScrollReset>
						{formatQuantity(more, 'more')}
					</Anchor>
				)}
			</dd>
		</div>
	);
}
