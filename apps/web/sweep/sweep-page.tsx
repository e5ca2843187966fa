import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Code, Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { useParams } from 'react-router';
import { useLiveSweep } from '../api/live-sweep.ts';
import { sweepQuery } from '../api/queries.ts';
import BoardPanel from '../board/board-panel.tsx';
import { useBoard } from '../board/use-board.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useAddress } from '../shell/use-address.ts';
import { specText } from '../spec-form/commands.ts';
import type { PanelProps } from './panel-props.ts';
import { SweepHeader } from './sweep-header.tsx';
import { TrialsPanel } from './trials-panel.tsx';

type Tab = { name: string; label: string; Panel: ComponentType<PanelProps> };

/** Charts are fetched when their tab is first opened. */
const tabs: Tab[] = [
	{ name: 'leaderboard', label: 'Leaderboard', Panel: BoardPanel },
	{ name: 'heat', label: 'Heat maps', Panel: lazy(() => import('../figures/heat-panel.tsx')) },
	{ name: 'time', label: 'Accuracy against time', Panel: lazy(() => import('../figures/scatter-panel.tsx')) },
	{ name: 'batch', label: 'Batch size', Panel: lazy(() => import('../figures/batch-panel.tsx')) },
	{ name: 'curves', label: 'Curves', Panel: lazy(() => import('../figures/curves-panel.tsx')) },
	{ name: 'parallel', label: 'Parallel coordinates', Panel: lazy(() => import('../figures/parallel-panel.tsx')) },
	{ name: 'compare', label: 'Compare', Panel: lazy(() => import('../board/compare-panel.tsx')) },
	{ name: 'trials', label: 'Trials', Panel: TrialsPanel },
	{ name: 'spec', label: 'Spec', Panel: SpecPanel },
];

/** One sweep, live until it has ended. Tab, filters, order and selection are in the address. */
export function SweepPage() {
	const { sweepId = '' } = useParams();
	const known = useQuery({ ...sweepQuery(sweepId), refetchInterval: false }).data;
	const live = known === undefined || !isTerminalSweep(known.state);
	const streaming = useLiveSweep(sweepId, live);
	const query = useQuery(sweepQuery(sweepId, streaming));
	useLastRefresh(sweepId, live);

	if (query.data === undefined && query.error !== null)
		return <LoadError error={query.error} what="sweep" retry={() => query.refetch()} />;
	if (query.data === undefined) return <Skeleton height={480} aria-label="Loading the sweep" />;
	return <SweepTabs sweep={query.data} live={live} streaming={streaming} error={streaming ? null : query.error} />;
}

type SweepTabsProps = Pick<PanelProps, 'sweep' | 'live' | 'streaming'> & { error: Error | null };

function SweepTabs({ sweep, live, streaming, error }: SweepTabsProps) {
	const { params, setParam } = useAddress();
	const { name: shown } = tabs.find(({ name }) => name === params.get('tab')) ?? tabs[0]!;
	const board = useBoard(sweep, live && !streaming);
	const panel = { sweep, live, streaming, pageIsStale: error !== null, board };
	return (
		<Stack>
			<PageTitle title={sweep.name} />
			<StaleNotice error={error} />
			<SweepHeader sweep={sweep} streaming={streaming} />
			<Tabs
				value={shown}
				onChange={(name) => setParam('tab', name === 'leaderboard' ? null : name)}
				keepMounted={false}
			>
				<div className="tabs-box">
					<Tabs.List>
						{tabs.map(({ name, label }) => (
							<Tabs.Tab key={name} value={name}>
								{label}
							</Tabs.Tab>
						))}
					</Tabs.List>
				</div>
				{tabs.map(({ name, Panel }) => (
					<Tabs.Panel key={name} value={name} pt="md">
						<Suspense fallback={<Skeleton height={320} aria-label="Loading" />}>
							<Panel {...panel} />
						</Suspense>
					</Tabs.Panel>
				))}
			</Tabs>
		</Stack>
	);
}

function SpecPanel({ sweep }: PanelProps) {
	return (
		<Code block tabIndex={0} aria-label="The sweep as JSON" style={{ overflow: 'auto' }}>
			{specText(sweep.spec)}
		</Code>
	);
}

/** What belongs to the sweep is fetched once more when it has ended: its parts come apart, and one may have been late. */
function useLastRefresh(sweepId: string, live: boolean): void {
	const queries = useQueryClient();
	const wasLive = useRef(live);
	useEffect(() => {
		if (wasLive.current && !live) {
			queries.invalidateQueries({ queryKey: ['sweep', sweepId] });
			queries.invalidateQueries({ queryKey: ['metrics'] });
		}
		wasLive.current = live;
	}, [live, queries, sweepId]);
}
