import { createIdempotencyKey } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Alert, Button, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { Link, useNavigate } from 'react-router';
import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import { client } from '../api/client.ts';
import { errorSentence } from '../shell/notices.tsx';

/** What an empty Basin shows: what a sweep is, and one button that runs a real one. */
export function FirstSteps() {
	const navigate = useNavigate();
	const idempotencyKey = useRef(createIdempotencyKey());
	const run = useMutation({
		mutationFn: () => client.createSweep(quickstart as SweepSpecInput, { idempotencyKey: idempotencyKey.current }),
		onSuccess: (sweep) => navigate(`/sweeps/${sweep.id}`),
	});

	return (
		<Paper withBorder p="xl" maw={760}>
			<Stack>
				<Title order={2} size="h3">
					No sweeps yet: run the first one
				</Title>
				<Text>
					A sweep trains one model with every combination of batch size <b>B</b>, learning rate <b>η</b> and momentum{' '}
					<b>λ</b> that you name, and ranks them by validation accuracy and by seconds per epoch.
				</Text>
				<List spacing="xs">
					<List.Item>Each combination is a configuration; one configuration with one seed is a trial.</List.Item>
					<List.Item>A small batch makes an update noisy and often better; a large one makes an epoch cheap.</List.Item>
					<List.Item>Three seeds or more give every rank a 95 % interval, and ties are shown as ties.</List.Item>
				</List>
				<Group>
					<Button
						leftSection={<IconPlayerPlay size={18} aria-hidden />}
						loading={run.isPending || run.isSuccess}
						onClick={() => run.mutate()}
					>
						Run the quickstart
					</Button>
					<Button component={Link} to="/sweeps/new" variant="default">
						Design your own
					</Button>
				</Group>
				<Text size="sm" c="dimmed">
					The quickstart is <Code>examples/quickstart.json</Code>: a small network on the 70,000 MNIST digits, done in
					under a minute on two cores.
				</Text>
				{run.isError && (
					<Alert color="red" role="alert" title="The quickstart was not started">
						{errorSentence(run.error)}
					</Alert>
				)}
			</Stack>
		</Paper>
	);
}
