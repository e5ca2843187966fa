import { Alert, Button, type ButtonProps, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { errorSentence } from './notices.tsx';

type ConfirmActionProps = {
	/** On the button, and on the one that does it. */
	label: string;
	question: string;
	children: ReactNode;
	/** On the button that leaves everything as it is. */
	keep: string;
	action: () => Promise<unknown>;
	/** Once it has been done and the question is closed. */
	onDone?: () => void;
	button?: ButtonProps;
};

/** A button for what cannot be taken back: asks first, and says when it did not work. */
export function ConfirmAction({ label, question, children, keep, action, onDone, button }: ConfirmActionProps) {
	const [opened, { open, close }] = useDisclosure();
	const titleId = useId();
	const run = useMutation({
		mutationFn: action,
		onSuccess: () => {
			close();
			onDone?.();
		},
	});
	return (
		<>
			<Button variant="outline" color="red" {...button} onClick={open}>
				{label}
			</Button>
			<Modal opened={opened} onClose={close} withCloseButton={false} lockScroll={false} aria-labelledby={titleId}>
				<Stack>
					<Title order={2} size="h4" id={titleId}>
						{question}
					</Title>
					<Text size="sm">{children}</Text>
					{run.isError && (
						<Alert color="red" role="alert">
							{errorSentence(run.error)}
						</Alert>
					)}
					<Group justify="flex-end">
						<Button variant="default" onClick={close} data-autofocus>
							{keep}
						</Button>
						<Button color="red" loading={run.isPending} onClick={() => run.mutate()}>
							{label}
						</Button>
					</Group>
				</Stack>
			</Modal>
		</>
	);
}
