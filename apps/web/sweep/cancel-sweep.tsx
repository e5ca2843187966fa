import type { Sweep } from '@basin/cli/client.ts';
import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { sweepQuery } from '../api/queries.ts';
import { errorSentence } from '../shell/notices.tsx';

/** Ends a sweep early, after a question: it cannot be taken back. */
export function CancelSweep({ sweep }: { sweep: Sweep }) {
	const [opened, { open, close }] = useDisclosure();
	const queries = useQueryClient();
	const cancel = useMutation({
		mutationFn: () => client.cancelSweep(sweep.id),
		onSuccess: (cancelled) => {
			queries.setQueryData(sweepQuery(sweep.id).queryKey, cancelled);
			close();
		},
	});
	return (
		<>
			<Button variant="outline" color="red" onClick={open} disabled={sweep.state === 'cancelling'}>
				{sweep.state === 'cancelling' ? 'Cancelling…' : 'Cancel sweep'}
			</Button>
			<Modal
				opened={opened}
				onClose={close}
				withCloseButton={false}
				lockScroll={false}
				aria-labelledby="cancel-question"
			>
				<Stack>
					<Title order={2} size="h4" id="cancel-question">
						Cancel this sweep?
					</Title>
					<Text size="sm">
						Trials that wait are dropped, trials that run end within 20 seconds. What has finished stays, with its
						metrics and artifacts. A cancelled sweep cannot be continued.
					</Text>
					{cancel.isError && (
						<Alert color="red" role="alert">
							{errorSentence(cancel.error)}
						</Alert>
					)}
					<Group justify="flex-end">
						<Button variant="default" onClick={close} data-autofocus>
							Keep it running
						</Button>
						<Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
							Cancel sweep
						</Button>
					</Group>
				</Stack>
			</Modal>
		</>
	);
}
