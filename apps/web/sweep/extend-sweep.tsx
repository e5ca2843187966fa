import { ApiError, type ExtendedSweep, type Sweep, type SweepExtensionInput } from '@basin/client';
import { Alert, Button, Group, Modal, Stack, TagsInput, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useMemo } from 'react';
import { client } from '../api/client.ts';
import { formatQuantity } from '../format/numbers.ts';
import { AxisField } from '../new-sweep/axis-field.tsx';
import type { SpecForm } from '../new-sweep/use-sweep-form.ts';
import { errorSentence } from '../shell/notices.tsx';
import { formErrors } from '../spec-form/field-errors.ts';
import type { AxisName, FormValues } from '../spec-form/form-values.ts';
import { extensionOf, noExtension } from './extension.ts';

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
			<Modal
				size="lg"
				opened={opened}
				onClose={close}
				withCloseButton={false}
				lockScroll={false}
				aria-labelledby={titleId}
			>
				<Title order={2} size="h4" id={titleId} mb="xs">
					Extend this sweep
				</Title>
				<ExtendForm sweep={sweep} onExtended={onExtended} onClose={close} />
			</Modal>
		</>
	);
}

const axes: { name: AxisName; label: string; description: string }[] = [
	{ name: 'batchSize', label: 'Batch sizes B', description: 'Whole numbers, or “full”.' },
	{ name: 'eta', label: 'Learning rates η', description: 'Greater than 0.' },
	{ name: 'lambda', label: 'Momenta λ', description: 'From 0 to less than 1.' },
];

function ExtendForm({ sweep, onExtended, onClose }: ExtendSweepProps & { onClose: () => void }) {
	const form = useForm<FormValues>({ mode: 'controlled', initialValues: noExtension, clearInputErrorOnChange: false });
	const extension = useMemo(() => extensionOf(form.values), [form.values]);
	const extend = useMutation({
		mutationFn: (asked: SweepExtensionInput) => client.extendSweep(sweep.id, asked),
		onSuccess: (next) => {
			onExtended(next);
			if (next.added.trials > 0) onClose();
		},
	});
	const errors = useErrors(form, extend.error, extend.variables);
	// An answer is about what was asked: the next change makes it old.
	const { reset, variables } = extend;
	useEffect(() => {
		if (variables !== undefined && variables !== extension) reset();
	}, [variables, extension, reset]);
	return (
		<Stack gap="sm">
			<Text size="sm">
				New seeds run for every configuration; a new value combines with all values of the other axes. What has been
				trained stays as it is.
			</Text>
			<TagsInput
				label="Seeds"
				description={`Has ${sweep.spec.seeds.join(', ')}.`}
				inputMode="numeric"
				splitChars={[',', ' ', ';']}
				{...form.getInputProps('seeds')}
			/>
			{axes.map((axis) => (
				<AxisField key={axis.name} form={form} {...axis} suggestions={[]} />
			))}
			{errors.length > 0 && (
				<Alert color="red" role="alert">
					{errors.join(' ')}
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
					disabled={Object.keys(extension).length === 0}
					onClick={() => extend.mutate(extension)}
				>
					Add to {formatQuantity(sweep.counts.total, 'trial')}
				</Button>
			</Group>
		</Stack>
	);
}

/** Puts a refusal on its fields. @returns the sentences that belong to none */
function useErrors(form: SpecForm, error: Error | null, asked: SweepExtensionInput | undefined): string[] {
	const refused = error instanceof ApiError ? error.problem.errors : undefined;
	const { fields, general } = useMemo(() => formErrors(refused ?? [], asked), [refused, asked]);
	useEffect(() => form.setErrors(fields), [fields, form.setErrors]);
	if (error === null) return [];
	return refused === undefined ? [errorSentence(error)] : general.map((sentence) => `The extension: ${sentence}.`);
}
