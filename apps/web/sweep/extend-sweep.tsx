import { ApiError, type ExtendedSweep, type Sweep } from '@basin/client';
import { Alert, Button, Group, Modal, Stack, TagsInput, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { client } from '../api/client.ts';
import { formatQuantity } from '../format/numbers.ts';
import { errorSentence } from '../shell/notices.tsx';
import { extensionErrors, extensionFields, extensionOf, noExtension } from './extension.ts';

type ExtendSweepProps = { sweep: Sweep; onExtended: (sweep: ExtendedSweep) => void };

/** Gives the sweep more seeds or values; what has been done is not done again. */
export function ExtendSweep({ sweep, onExtended }: ExtendSweepProps) {
	const [opened, { open, close }] = useDisclosure();
	const titleId = useId();
	return (
		<>
			<Button size="xs" variant="default" onClick={open}>
				Extend
			</Button>
			<Modal opened={opened} onClose={close} withCloseButton={false} lockScroll={false} aria-labelledby={titleId}>
				<Title order={2} size="h4" id={titleId} mb="xs">
					Extend this sweep
				</Title>
				<ExtendForm sweep={sweep} onExtended={onExtended} onClose={close} />
			</Modal>
		</>
	);
}

function ExtendForm({ sweep, onExtended, onClose }: ExtendSweepProps & { onClose: () => void }) {
	const [values, setValues] = useState(noExtension);
	const extend = useMutation({
		mutationFn: () => client.extendSweep(sweep.id, extensionOf(values)),
		onSuccess: (next) => {
			onExtended(next);
			if (next.added.trials > 0) onClose();
		},
	});
	const refused = extend.error instanceof ApiError ? extend.error.problem.errors : undefined;
	const { general, ...errors } = extensionErrors(refused ?? []);
	return (
		<Stack gap="sm">
			<Text size="sm">
				New seeds run for every configuration; a new value combines with all values of the other axes. What has been
				trained stays as it is.
			</Text>
			{extensionFields.map(({ name, label }) => (
				<TagsInput
					key={name}
					label={label}
					{...(name === 'seeds' && { description: `Has ${sweep.spec.seeds.join(', ')}.` })}
					splitChars={[',', ' ', ';']}
					value={values[name]}
					error={errors[name]}
					onChange={(list) => {
						setValues((now) => ({ ...now, [name]: list }));
						extend.reset();
					}}
				/>
			))}
			{extend.isError && (refused === undefined || general !== undefined) && (
				<Alert color="red" role="alert">
					{general === undefined ? errorSentence(extend.error) : `The extension ${general}.`}
				</Alert>
			)}
			{extend.data?.added.trials === 0 && (
				<Alert color="blue" role="status">
					The sweep has all of that already.
				</Alert>
			)}
			<Group justify="flex-end">
				<Button variant="default" onClick={onClose}>
					Cancel
				</Button>
				<Button
					loading={extend.isPending}
					disabled={Object.values(values).every((list) => list.length === 0)}
					onClick={() => extend.mutate()}
				>
					Add to {formatQuantity(sweep.counts.total, 'trial')}
				</Button>
			</Group>
		</Stack>
	);
}
