import type { Findings, LabRun, LabTable } from '@basin/core/contracts/lab.ts';
import { Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { Moment } from '../shell/moment.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { FigureView } from './figure-view.tsx';
import { SweepList } from './sweep-list.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

/** Verdicts, figures, tables, caveats and sweeps of a run. */
export default function FindingsView({ run, findings }: { run: LabRun; findings: Findings }) {
	const { verdicts, figures, tables, caveats, sweeps } = findings;
	return (
		<Stack gap="xl">
			<section aria-label="Verdict">
				<Title order={2} size="h4" mb={4}>
					Verdict
				</Title>
				<Text size="sm" c="dimmed" mb="xs">
					{run.size} size, <Moment at={run.finishedAt ?? run.startedAt} />
				</Text>
				<Stack gap="sm">
					{verdicts.map(({ claim, outcome, sentence, rule }) => (
						<Paper key={claim} className="verdict" data-outcome={outcome} withBorder p="md" maw={760}>
							<Group gap="xs" mb={4}>
								<Text fw={600}>{claim}</Text>
								<VerdictBadge outcome={outcome} />
							</Group>
							<Text>{sentence}</Text>
							<Text size="sm" c="dimmed" mt={4}>
								{rule}
							</Text>
						</Paper>
					))}
				</Stack>
			</section>
			{figures.map((figure) => (
				<FigureView key={figure.id} figure={figure} />
			))}
			{tables.map((table) => (
				<TableView key={table.title} table={table} />
			))}
			{caveats.length > 0 && (
				<section aria-label="Caveats">
					<Title order={2} size="h4" mb={4}>
						Before you believe it
					</Title>
					<List size="sm" maw={760} spacing={4}>
						{caveats.map((caveat) => (
							<List.Item key={caveat}>{caveat}</List.Item>
						))}
					</List>
				</section>
			)}
			{sweeps.length > 0 && <SweepList sweeps={sweeps} runStartedAt={run.startedAt} />}
		</Stack>
	);
}

function TableView({ table: { title, columns, rows } }: { table: LabTable }) {
	return (
		<section className="lab-figure">
			<Title order={2} size="h4" mb={4}>
				{title}
			</Title>
			<ScrollTable label={title} minWidth={110 * columns.length}>
				<Table.Thead>
					<Table.Tr>
						{columns.map((column) => (
							<Table.Th key={column} scope="col">
								{column}
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((row) => (
						<Table.Tr key={row.join(' ')}>
							{row.map((cell, place) => (
								<Table.Td key={columns[place]}>
									{typeof cell === 'number'
										? cell.toLocaleString('en', { maximumSignificantDigits: 6 })
										: (cell ?? '–')}
								</Table.Td>
							))}
						</Table.Tr>
					))}
				</Table.Tbody>
			</ScrollTable>
		</section>
	);
}
