import type { TrialWithAttempts } from '@basin/client';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { trialQuery } from '../api/queries.ts';
import { ConfirmAction } from '../shell/confirm-action.tsx';
import { CopyText } from '../shell/copy-text.tsx';
import { errorSentence } from '../shell/notices.tsx';
import { reproduceCommand } from '../spec-form/commands.ts';

/** Ends a trial that has not ended. */
export function CancelTrial({ trial }: { trial: TrialWithAttempts }) {
	const queries = useQueryClient();
	if (isTerminalTrial(trial.state)) return null;
	return (
		<ConfirmAction
			label="Cancel trial"
			question="Cancel this trial?"
			keep="Keep it"
			action={() =>
				client.cancelTrial(trial.id).then((next) => queries.setQueryData(trialQuery(trial.id).queryKey, next))
			}
			button={{ size: 'xs' }}
		>
			One that runs ends within 20 seconds. The other trials of the sweep go on.
		</ConfirmAction>
	);
}

/** Runs a failed trial again; its sweep is open from then on. */
export function RetryTrial({ trial }: { trial: TrialWithAttempts }) {
	const queries = useQueryClient();
	const retry = useMutation({
		mutationFn: () => client.retryTrial(trial.id),
		onSuccess: (next) => {
			queries.setQueryData(trialQuery(trial.id).queryKey, next);
			queries.invalidateQueries({ queryKey: ['sweep', trial.sweepId] });
			queries.resetQueries({ queryKey: ['metrics', trial.id] });
		},
	});
	if (trial.state !== 'failed') return null;
	return (
		<>
			<Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
				Try again
			</Button>
			{retry.error !== null && (
				<Text size="sm" c="red" role="alert">
					{errorSentence(retry.error)}
				</Text>
			)}
		</>
	);
}

/** The command that trains the trial again on the reader's machine and compares it. */
export function ReproduceCommand({ trial }: { trial: TrialWithAttempts }) {
	if (trial.state !== 'succeeded') return null;
	const command = reproduceCommand(trial.id, location.origin);
	return (
		<Paper withBorder p="md" component="section" aria-label="Reproduce">
			<Stack gap="xs">
				<Title order={2} size="h4">
					Reproduce
				</Title>
				<Text size="sm" c="dimmed">
					Trains it again on your machine and compares every epoch with what was recorded.
				</Text>
				<Code block tabIndex={0} aria-label="Command that reproduces the trial" style={{ overflow: 'auto' }}>
					{command}
				</Code>
				<Group justify="flex-end">
					<CopyText text={command} />
				</Group>
			</Stack>
		</Paper>
	);
}
