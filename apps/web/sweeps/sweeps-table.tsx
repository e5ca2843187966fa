import type { SweepSummary } from '@basin/cli/client.ts';
import { Anchor, Progress, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { formatConfiguration } from '../format/configurations.ts';
import { formatCount, formatDuration, formatPercent } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { StateBadge } from '../shell/state-badge.tsx';

export function SweepsTable({ sweeps }: { sweeps: SweepSummary[] }) {
	return (
		<ScrollTable label="Sweeps" highlightOnHover>
			<Table.Thead>
				<Table.Tr>
					<Table.Th scope="col">Name</Table.Th>
					<Table.Th scope="col">State</Table.Th>
					<Table.Th scope="col" miw={140}>
						Progress
					</Table.Th>
					<Table.Th scope="col" className="numeric">
						Trials
					</Table.Th>
					<Table.Th scope="col">Best so far</Table.Th>
					<Table.Th scope="col">Created</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{sweeps.map((sweep) => (
					<SweepRow key={sweep.id} sweep={sweep} />
				))}
			</Table.Tbody>
		</ScrollTable>
	);
}

function SweepRow({ sweep }: { sweep: SweepSummary }) {
	const { best, counts, progress } = sweep;
	return (
		<Table.Tr>
			<Table.Th scope="row" miw={160} maw={360}>
				<Anchor component={Link} inherit to={`/sweeps/${sweep.id}`} style={{ overflowWrap: 'anywhere' }}>
					{sweep.name}
				</Anchor>
				<Text size="xs" c="dimmed">
					{sweep.dataset} · {sweep.model}
				</Text>
			</Table.Th>
			<Table.Td>
				<StateBadge state={sweep.state} />
			</Table.Td>
			<Table.Td>
				<Progress value={progress.fraction * 100} aria-label={`Progress of ${sweep.name}`} />
				<Text size="xs" c="dimmed" mt={4}>
					{formatPercent(progress.fraction, 0)}
					{progress.etaSeconds !== null && ` · ${formatDuration(progress.etaSeconds)} left`}
				</Text>
			</Table.Td>
			<Table.Td className="numeric">
				{formatCount(counts.succeeded + counts.failed + counts.pruned + counts.cancelled)} / {formatCount(counts.total)}
				{counts.failed > 0 && (
					<Text size="xs" c="dimmed">
						{formatCount(counts.failed)} failed
					</Text>
				)}
			</Table.Td>
			<Table.Td style={{ whiteSpace: 'nowrap' }}>
				{best === null ? (
					<Text size="sm" c="dimmed">
						none yet
					</Text>
				) : (
					<>
						<Text size="sm">{formatPercent(best.valAccuracyMean)}</Text>
						<Text size="xs" c="dimmed">
							{formatConfiguration(best.configuration)}
						</Text>
					</>
				)}
			</Table.Td>
			<Table.Td style={{ whiteSpace: 'nowrap' }}>
				<Moment at={sweep.createdAt} />
			</Table.Td>
		</Table.Tr>
	);
}
