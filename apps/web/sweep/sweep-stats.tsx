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
import { Moment } from '../shell/moment.tsx';
import { announcement, countsText, reasonsText } from './progress-words.ts';

type SweepStatsProps = { sweep: Sweep; streaming: boolean };

/** The figures of a sweep that are looked for first, side by side; each keeps its height while they change. */
export function SweepStats({ sweep, streaming }: SweepStatsProps) {
	return (
		<Paper withBorder component="section" aria-label="The sweep at a glance">
			<dl className="stats" data-live={!isTerminalSweep(sweep.state) || undefined}>
				<Stat
					name="Progress"
					note={
						<>
							{countsText(sweep)}
							<Failures sweep={sweep} streaming={streaming} />
						</>
					}
				>
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

function TimeStat({ sweep: { state, createdAt, startedAt, finishedAt, progress } }: { sweep: Sweep }) {
	const created = (
		<>
			created <Moment at={createdAt} />
		</>
	);
	if (startedAt !== null && finishedAt !== null)
		return (
			<Stat name="Took" note={created}>
				{formatDuration(secondsBetween(startedAt, finishedAt))}
			</Stat>
		);
	const left = isTerminalSweep(state) ? null : progress.etaSeconds;
	return (
		<Stat name="Time left" note={created}>
			{left === null ? '–' : `about ${formatDuration(left)}`}
		</Stat>
	);
}

function BestStats({ sweep: { best, state, trainSize } }: { sweep: Sweep }) {
	const soFar = isTerminalSweep(state) ? '' : ' so far';
	if (best === null)
		return (
			<>
				<Stat name={`Best accuracy${soFar}`} note={soFar === '' ? 'No trial succeeded.' : 'No trial has finished yet.'}>
					–
				</Stat>
				<Stat name="Best configuration" note="">
					–
				</Stat>
			</>
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

const sampled = 100;

/** How many trials failed and why, on a line that is there from the start while the sweep is live. */
function Failures({ sweep, streaming }: SweepStatsProps) {
	const { failed } = sweep.counts;
	const { data } = useQuery({
		...trialSampleQuery(sweep.id, 'failed', sampled, !streaming && !isTerminalSweep(sweep.state)),
		enabled: failed > 0,
	});
	if (failed === 0) return null;
	const reasons = data === undefined ? '' : `: ${reasonsText(data.items)}`;
	return (
		<div className="failures">
			<Anchor component={Link} inherit c="inherit" fw={600} to="?tab=trials&state=failed" preventScrollReset>
				{formatQuantity(failed, 'failed trial')}
			</Anchor>
			{reasons}
			{failed > sampled && ` among the first ${sampled}`}
		</div>
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
