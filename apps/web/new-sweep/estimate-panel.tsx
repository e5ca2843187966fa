import { ApiError, type SweepEstimate } from '@basin/client';
import { Alert, Button, List, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { formatCount, formatDuration, formatMoney, formatQuantity } from '../format/numbers.ts';
import { errorSentence } from '../shell/notices.tsx';
import { formId } from './sweep-form.tsx';
import type { SweepFormState } from './use-sweep-form.ts';

/** What the sweep will be, by the API's dry run, and the button that starts it. */
export function EstimatePanel({ sweepForm }: { sweepForm: SweepFormState }) {
	const { estimate, submit, isSettled, errors } = sweepForm;
	const refused = submit.error ?? estimate.error;
	return (
		<Paper withBorder p="md" component="section" aria-label="What this sweep will run">
			<Stack gap="sm">
				<div role="status" aria-live="polite" style={{ opacity: isSettled ? 1 : 0.6, minHeight: '5rem' }}>
					{refused !== null ? (
						<Refusal error={refused} general={errors.general} fields={Object.keys(errors.fields).length} />
					) : estimate.data === undefined ? (
						<Skeleton height={96} aria-label="Counting" />
					) : (
						<Estimate estimate={estimate.data} />
					)}
				</div>
				<Button type="submit" form={formId} size="md" loading={submit.isPending || submit.isSuccess}>
					Start sweep
				</Button>
			</Stack>
		</Paper>
	);
}

function Estimate({ estimate }: { estimate: SweepEstimate }) {
	const seeds = estimate.spec.seeds.length;
	return (
		<>
			<Text fw={700} size="lg" data-testid="trial-count">
				{formatQuantity(estimate.configurations, 'configuration')} × {formatQuantity(seeds, 'seed')} ={' '}
				{formatQuantity(estimate.trials, 'trial')}
			</Text>
			<Text size="sm">
				{estimate.estimatedSeconds === null
					? 'No estimate of the time yet: no worker has measured this model.'
					: `About ${formatDuration(estimate.estimatedSeconds)} on the workers seen lately${costText(estimate)}.`}
			</Text>
			<Text size="sm" c="dimmed">
				{formatQuantity(estimate.parameters, 'parameter')} · {formatQuantity(estimate.updates, 'update')} of θ in all ·
				trains on {formatCount(estimate.trainSize)} images
			</Text>
		</>
	);
}

/** Nothing where no price is set. */
function costText({ estimatedCost }: SweepEstimate): string {
	if (estimatedCost === null) return '';
	const money = formatMoney(estimatedCost);
	return `, for ${money.startsWith('under') ? '' : 'about '}${money} of their time`;
}

function Refusal({ error, general, fields }: { error: Error; general: string[]; fields: number }) {
	const isSpecError = error instanceof ApiError && error.problem.errors !== undefined;
	return (
		<Alert color="red" title={isSpecError ? 'Not a valid sweep yet' : 'This did not work'}>
			{!isSpecError && errorSentence(error)}
			{fields > 0 && (
				<Text size="sm">{fields === 1 ? 'One field needs a change.' : `${fields} fields need a change.`}</Text>
			)}
			{general.length > 0 && (
				<List size="sm">
					{general.map((sentence) => (
						<List.Item key={sentence}>{sentence}</List.Item>
					))}
				</List>
			)}
		</Alert>
	);
}
