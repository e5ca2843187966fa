import type { LeaderboardEntry, Sweep } from '@basin/cli/client.ts';
import { RankBy } from '@basin/core/contracts/api.ts';
import { Button, Group, Paper, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { leaderboardQuery } from '../api/queries.ts';
import { StaleNotice } from '../shell/notices.tsx';
import { BoardTable } from './board-table.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { ExportButtons } from './export-buttons.tsx';

const orders: { value: RankBy; label: string }[] = [
	{ value: 'valAccuracy', label: 'Accuracy' },
	{ value: 'epochSeconds', label: 'Epoch seconds' },
	{ value: 'pareto', label: 'Pareto front' },
];

/** How many configurations are drawn until a person chooses. */
const drawnAtFirst = 5;
export const drawnAtMost = 10;

export type PanelProps = {
	sweep: Sweep;
	/** More trials will finish. */
	live: boolean;
	/** The page already says that nothing answers. */
	pageIsStale: boolean;
};

/** The ranking beside the learning curves of the rows that are ticked. */
export function BoardPanel({ sweep, live, pageIsStale }: PanelProps) {
	const { rankBy, device, setParam } = useBoardParams();
	const query = useInfiniteQuery(leaderboardQuery(sweep.id, { rankBy, device }, live));
	const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
	const { drawn, toggle } = useDrawn(entries);

	return (
		<Stack>
			<StaleNotice error={pageIsStale ? null : query.error} />
			<Group justify="space-between" gap="sm">
				<Group gap="sm">
					<SegmentedControl<RankBy>
						aria-label="Rank by"
						size="xs"
						data={orders}
						value={rankBy}
						onChange={(value) => setParam('rank', value === 'valAccuracy' ? null : value)}
					/>
					{sweep.devices.length > 1 && (
						<Select
							aria-label="Device"
							placeholder="All devices"
							size="xs"
							clearable
							data={sweep.devices.map(({ key, label }) => ({ value: key, label }))}
							value={device}
							onChange={(value) => setParam('device', value)}
						/>
					)}
				</Group>
				<ExportButtons sweep={sweep} board={{ rankBy, device }} />
			</Group>
			<div className="two-columns">
				<div>
					{query.data === undefined ? (
						<Skeleton height={320} aria-label="Loading the leaderboard" />
					) : (
						<Stack gap="xs">
							<BoardTable
								entries={entries}
								trainSize={sweep.trainSize}
								severalDevices={sweep.devices.length > 1}
								live={live}
								drawn={drawn}
								onToggle={toggle}
							/>
							{entries.length > 0 && <BoardNotes sweep={sweep} entries={entries} />}
							{query.hasNextPage && (
								<Button
									variant="default"
									size="xs"
									loading={query.isFetchingNextPage}
									onClick={() => query.fetchNextPage()}
								>
									Show more
								</Button>
							)}
						</Stack>
					)}
				</div>
				<div>
					<Paper withBorder p="md" className="beside">
						<CurvesPanel sweep={sweep} live={live} entries={entries.filter((entry) => drawn.has(keyOf(entry)))} />
					</Paper>
				</div>
			</div>
		</Stack>
	);
}

/** One row of the board: a configuration on a device. */
export function keyOf(entry: LeaderboardEntry): string {
	return `${entry.configurationHash}/${entry.device?.key ?? ''}`;
}

function useBoardParams() {
	const [params, setParams] = useSearchParams();
	const setParam = (name: string, value: string | null) =>
		setParams(
			(now) => {
				const next = new URLSearchParams(now);
				if (value === null) next.delete(name);
				else next.set(name, value);
				return next;
			},
			{ replace: true, preventScrollReset: true },
		);
	return {
		rankBy: RankBy.catch('valAccuracy').parse(params.get('rank')),
		device: params.get('device'),
		setParam,
	};
}

/** The best rows that have a finished trial, until a person ticks or unticks one. */
function useDrawn(entries: LeaderboardEntry[]) {
	const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
	const best = entries.filter((entry) => entry.bestTrialId !== null).slice(0, drawnAtFirst);
	const drawn = chosen ?? new Set(best.map(keyOf));
	const toggle = (entry: LeaderboardEntry) => {
		const next = new Set(drawn);
		if (!next.delete(keyOf(entry))) next.add(keyOf(entry));
		setChosen(next);
	};
	return { drawn, toggle };
}

function BoardNotes({ sweep, entries }: { sweep: Sweep; entries: LeaderboardEntry[] }) {
	const [onlyDevice] = sweep.devices;
	const hasIntervals = entries.some((entry) => entry.tiedWith !== null);
	return (
		<Text size="xs" c="dimmed">
			{hasIntervals
				? '± is half the 95 % interval over seeds; ≈ 2 means tied: the interval overlaps those of two others. '
				: 'One seed gives no interval, so ties are unknown; three seeds or more show them. '}
			Epoch is the median wall-clock of an epoch’s updates.
			{onlyDevice !== undefined && sweep.devices.length === 1 && ` Measured on ${onlyDevice.label}.`}
		</Text>
	);
}
