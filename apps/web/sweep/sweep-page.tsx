import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Code, Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { sweepQuery } from '../api/queries.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { specText } from '../spec-form/commands.ts';
import { BoardPanel } from './board-panel.tsx';
import { SweepHeader } from './sweep-header.tsx';
import { TrialsPanel } from './trials-panel.tsx';

const tabs = ['leaderboard', 'trials', 'spec'] as const;

/** One sweep, live until it has ended. The tab is in the address. */
export function SweepPage() {
	const { sweepId = '' } = useParams();
	const query = useQuery(sweepQuery(sweepId));
	const [params, setParams] = useSearchParams();
	const tab = tabs.find((name) => name === params.get('tab')) ?? 'leaderboard';
	const sweep = query.data;
	const live = sweep === undefined || !isTerminalSweep(sweep.state);
	useLastRefresh(sweepId, live);

	if (sweep === undefined && query.error !== null)
		return <LoadError error={query.error} what="sweep" retry={() => query.refetch()} />;
	if (sweep === undefined) return <Skeleton height={480} aria-label="Loading the sweep" />;

	const panel = { sweep, live, pageIsStale: query.error !== null };
	const openTab = (name: string | null) =>
		setParams(
			(now) => {
				const next = new URLSearchParams(now);
				if (name === null || name === 'leaderboard') next.delete('tab');
				else next.set('tab', name);
				return next;
			},
			{ replace: true, preventScrollReset: true },
		);

	return (
		<Stack>
			<PageTitle title={sweep.name} />
			<StaleNotice error={query.error} />
			<SweepHeader sweep={sweep} />
			<Tabs value={tab} onChange={openTab} keepMounted={false}>
				<Tabs.List>
					<Tabs.Tab value="leaderboard">Leaderboard</Tabs.Tab>
					<Tabs.Tab value="trials">Trials</Tabs.Tab>
					<Tabs.Tab value="spec">Spec</Tabs.Tab>
				</Tabs.List>
				<Tabs.Panel value="leaderboard" pt="md">
					<BoardPanel {...panel} />
				</Tabs.Panel>
				<Tabs.Panel value="trials" pt="md">
					<TrialsPanel {...panel} />
				</Tabs.Panel>
				<Tabs.Panel value="spec" pt="md">
					<Code block tabIndex={0} aria-label="The sweep as JSON" style={{ overflow: 'auto' }}>
						{specText(sweep.spec)}
					</Code>
				</Tabs.Panel>
			</Tabs>
		</Stack>
	);
}

/** What belongs to the sweep is fetched once more when it has ended: its parts are polled apart, and one may have been late. */
function useLastRefresh(sweepId: string, live: boolean): void {
	const queries = useQueryClient();
	const wasLive = useRef(live);
	useEffect(() => {
		if (wasLive.current && !live) queries.invalidateQueries({ queryKey: ['sweep', sweepId] });
		wasLive.current = live;
	}, [live, queries, sweepId]);
}
