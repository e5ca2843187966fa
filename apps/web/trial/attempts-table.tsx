import type { Attempt } from '@basin/core/contracts/api.ts';
import { Stack, Table, Text, Title } from '@mantine/core';
import { secondsBetween } from '../format/moments.ts';
import { formatSeconds } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';

/** Every run of the trial on a worker; more than one means that a worker was lost or gave the trial back. */
export function AttemptsTable({ attempts }: { attempts: Attempt[] }) {
	return (
		<Stack gap="xs">
			<Title order={2} size="h4">
				Attempts
			</Title>
			{attempts.length === 0 ? (
				<Text size="sm" c="dimmed">
					No worker has taken this trial yet.
				</Text>
			) : (
				<ScrollTable label="Attempts" minWidth={640} verticalSpacing={6}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col" className="numeric">
								No
							</Table.Th>
							<Table.Th scope="col">Outcome</Table.Th>
							<Table.Th scope="col">Worker</Table.Th>
							<Table.Th scope="col">Device</Table.Th>
							<Table.Th scope="col">Started</Table.Th>
							<Table.Th scope="col" className="numeric">
								Took
							</Table.Th>
							<Table.Th scope="col">Reason</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{attempts.map((attempt) => (
							<Table.Tr key={attempt.attemptNo}>
								<Table.Th scope="row" className="numeric">
									{attempt.attemptNo}
								</Table.Th>
								<Table.Td>{attempt.outcome ?? 'running'}</Table.Td>
								<Table.Td>{attempt.workerId}</Table.Td>
								<Table.Td>{attempt.device?.label ?? '–'}</Table.Td>
								<Table.Td>
									<Moment at={attempt.startedAt} />
								</Table.Td>
								<Table.Td className="numeric">
									{attempt.endedAt === null ? '–' : formatSeconds(secondsBetween(attempt.startedAt, attempt.endedAt))}
								</Table.Td>
								<Table.Td>
									{attempt.reason?.replaceAll('_', ' ')}
									{attempt.message !== null && (
										<Text size="xs" c="dimmed">
											{attempt.message}
										</Text>
									)}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</ScrollTable>
			)}
		</Stack>
	);
}
