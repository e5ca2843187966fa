import { Anchor, Code, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { artifactsQuery } from '../api/queries.ts';
import { formatBytes } from '../format/numbers.ts';
import { errorSentence } from '../shell/notices.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';

/** The trial's files, each with a download link and the hash to check it with. */
export function ArtifactsTable({ trialId, ended }: { trialId: string; ended: boolean }) {
	const { data, error } = useQuery(artifactsQuery(trialId, ended));
	const artifacts = data?.items ?? [];
	return (
		<Stack gap="xs">
			<Title order={2} size="h4">
				Artifacts
			</Title>
			{error !== null ? (
				<Text size="sm" role="alert">
					{errorSentence(error)}
				</Text>
			) : artifacts.length === 0 ? (
				<Text size="sm" c="dimmed">
					{ended ? 'This trial left no files.' : 'Files appear when the trial has ended.'}
				</Text>
			) : (
				<ScrollTable label="Artifacts" minWidth={640} verticalSpacing={6}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col">File</Table.Th>
							<Table.Th scope="col" className="numeric">
								Size
							</Table.Th>
							<Table.Th scope="col">SHA-256</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{artifacts.map(({ name, sizeBytes, sha256, url }) => (
							<Table.Tr key={name}>
								<Table.Th scope="row" fw={400}>
									{/* A store on another origin may show a file instead of saving it: never in place of this page. */}
									<Anchor inherit href={url} download={name} target="_blank" rel="noreferrer">
										{name}
									</Anchor>
								</Table.Th>
								<Table.Td className="numeric">{formatBytes(sizeBytes)}</Table.Td>
								<Table.Td>
									<Code>{sha256}</Code>
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</ScrollTable>
			)}
		</Stack>
	);
}
