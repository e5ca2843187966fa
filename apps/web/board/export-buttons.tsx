import type { Sweep } from '@basin/client';
import { Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ExportFormat, exportBoard } from '../api/export-board.ts';
import { errorSentence } from '../shell/notices.tsx';
import type { Ranking } from './ranking.ts';

/** Downloads of the whole ranking, in the order that is shown. */
export function ExportButtons({ sweep, query }: { sweep: Sweep; query: Ranking }) {
	const download = useMutation({
		mutationFn: (format: ExportFormat) => exportBoard(sweep.id, query, format),
		onSuccess: ({ name, content }) => save(name, content),
	});
	return (
		<Group gap="xs">
			{download.isError && (
				<Text size="sm" role="alert" c="var(--mantine-color-error)">
					{errorSentence(download.error)}
				</Text>
			)}
			{(['csv', 'ndjson'] as const).map((format) => (
				<Button
					key={format}
					variant="default"
					size="xs"
					leftSection={<IconDownload size={14} aria-hidden />}
					loading={download.isPending && download.variables === format}
					onClick={() => download.mutate(format)}
					aria-label={`Download the leaderboard as ${format.toUpperCase()}`}
				>
					{format.toUpperCase()}
				</Button>
			))}
		</Group>
	);
}

function save(name: string, content: Blob): void {
	const url = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
