import type { MetricsPoint } from '@basin/client';
import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { CurveControls, useCurveChoice } from '../charts/curve-controls.tsx';
import { measures, pointsOf } from '../charts/curve-series.ts';
import { LazyLineChart } from '../charts/lazy-line-chart.tsx';
import { formatLoss, formatPercent, formatSeconds } from '../format/numbers.ts';
import { ScrollTable } from '../shell/scroll-table.tsx';

/** The trial's curve, and the same numbers as a table. */
export function MetricsPanel({ points, epochs }: { points: MetricsPoint[]; epochs: number }) {
	const curve = useCurveChoice();
	const { label } = measures[curve.choice.measure];
	const series = [{ id: 'trial', name: label, dashed: false, points: pointsOf(points, curve.choice) }];
	return (
		<Stack gap="md">
			<Paper withBorder p="md">
				<Stack gap="sm" component="section" aria-label="Learning curve">
					<Title order={2} size="h4">
						Learning curve
					</Title>
					<CurveControls {...curve} />
					<LazyLineChart series={series} choice={curve.choice} />
				</Stack>
			</Paper>
			<EpochsTable points={points} epochs={epochs} />
		</Stack>
	);
}

const none = '–';
const percent = (value: number | null) => (value === null ? none : formatPercent(value));
const loss = (value: number | null) => (value === null ? 'not finite' : formatLoss(value));

function EpochsTable({ points, epochs }: { points: MetricsPoint[]; epochs: number }) {
	return (
		<ScrollTable label="Metrics of every epoch" maxHeight="24rem" minWidth={520} verticalSpacing={4}>
			<Table.Thead>
				<Table.Tr>
					{['Epoch', 'Val. accuracy', 'Val. loss', 'Train accuracy', 'Train loss', 'Updates'].map((name) => (
						<Table.Th key={name} scope="col" className="numeric">
							{name}
						</Table.Th>
					))}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{points.map((point) => (
					<Table.Tr key={point.epoch}>
						<Table.Th scope="row" className="numeric">
							{point.epoch} / {epochs}
						</Table.Th>
						<Table.Td className="numeric">{percent(point.valAccuracy)}</Table.Td>
						<Table.Td className="numeric">{loss(point.valLoss)}</Table.Td>
						<Table.Td className="numeric">{percent(point.trainAccuracy)}</Table.Td>
						<Table.Td className="numeric">{loss(point.trainLoss)}</Table.Td>
						<Table.Td className="numeric">{formatSeconds(point.epochSeconds)}</Table.Td>
					</Table.Tr>
				))}
				{points.length === 0 && (
					<Table.Tr>
						<Table.Td colSpan={6}>
							<Text size="sm" c="dimmed" ta="center" py="sm">
								No epoch has been recorded yet.
							</Text>
						</Table.Td>
					</Table.Tr>
				)}
			</Table.Tbody>
		</ScrollTable>
	);
}
