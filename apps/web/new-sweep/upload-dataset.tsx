import type { DatasetInfo } from '@basin/client';
import { DatasetFormat } from '@basin/core/contracts/datasets.ts';
import { Alert, Button, FileInput, Group, Modal, Progress, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { formatOfFile, nameOfFile, uploadDataset } from '../api/upload-dataset.ts';
import { formatCount } from '../format/numbers.ts';
import { errorSentence } from '../shell/notices.tsx';

/** Brings an own data set; once it has been checked, the sweep uses it. */
export function UploadDataset({ onReady }: { onReady: (name: string) => void }) {
	const [opened, { open, close }] = useDisclosure();
	return (
		<>
			<Button
				variant="default"
				size="xs"
				leftSection={<IconUpload size={14} aria-hidden />}
				onClick={open}
				style={{ alignSelf: 'start' }}
			>
				Upload your own
			</Button>
			<Modal opened={opened} onClose={close} withCloseButton={false} lockScroll={false} aria-labelledby="upload-title">
				<UploadForm
					onCancel={close}
					onReady={({ name }) => {
						close();
						onReady(name);
					}}
				/>
			</Modal>
		</>
	);
}

function UploadForm({ onCancel, onReady }: { onCancel: () => void; onReady: (info: DatasetInfo) => void }) {
	const queries = useQueryClient();
	const [files, setFiles] = useState<File[]>([]);
	const [name, setName] = useState('');
	const [format, setFormat] = useState<DatasetFormat | null>(null);
	const [share, setShare] = useState(0);
	const abort = useRef(new AbortController());
	const upload = useMutation({
		mutationFn: () => {
			abort.current = new AbortController();
			setShare(0);
			return uploadDataset({ name, format: format!, files }, { signal: abort.current.signal, onSent: setShare });
		},
		onSuccess: async (info) => {
			await queries.invalidateQueries({ queryKey: ['datasets'] });
			onReady(info);
		},
	});
	const choose = (chosen: File[]) => {
		setFiles(chosen);
		const first = chosen[0]?.name;
		if (first === undefined) return;
		setFormat(formatOfFile(first));
		if (name === '') setName(nameOfFile(first));
	};
	return (
		<Stack>
			<Title order={2} size="h4" id="upload-title">
				Upload a data set
			</Title>
			<FileInput
				label="Files"
				description="One .csv with a column “label”, .npz or .safetensors; or IDX files. At most 256 MiB."
				placeholder="Choose files"
				multiple
				value={files}
				onChange={choose}
				data-autofocus
			/>
			<TextInput
				label="Name"
				description="What sweeps call it: a–z, 0–9, “.”, “_” and “-”."
				value={name}
				onChange={(event) => setName(event.currentTarget.value)}
			/>
			<Select
				label="Format"
				data={DatasetFormat.options}
				value={format}
				onChange={(value) => setFormat(value as DatasetFormat | null)}
				allowDeselect={false}
			/>
			{upload.isPending && (
				<div role="status">
					<Progress value={share * 100} aria-label="Upload" />
					<Text size="sm" mt={4}>
						{share < 1 ? `${formatCount(Math.floor(share * 100))} % sent` : 'The files are being checked …'}
					</Text>
				</div>
			)}
			{upload.isError && (
				<Alert color="red" role="alert">
					{errorSentence(upload.error)}
				</Alert>
			)}
			<Group justify="flex-end">
				<Button
					variant="default"
					onClick={() => {
						abort.current.abort();
						onCancel();
					}}
				>
					Cancel
				</Button>
				<Button
					disabled={files.length === 0 || name === '' || format === null}
					loading={upload.isPending}
					onClick={() => upload.mutate()}
				>
					Upload
				</Button>
			</Group>
		</Stack>
	);
}
