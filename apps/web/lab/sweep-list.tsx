import type { LabSweep } from '@basin/core/contracts/lab.ts';
import { Anchor, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { CopyText } from '../shell/copy-text.tsx';
import { Moment } from '../shell/moment.tsx';
import { specText } from '../spec-form/commands.ts';

/** The sweeps behind the findings: their boards, when they really ran, and their specs to copy or to start from. */
export function SweepList({ sweeps, runStartedAt }: { sweeps: readonly LabSweep[]; runStartedAt: string }) {
	return (
		<section aria-label="Sweeps">
			<Title order={2} size="h4" mb={4}>
				Its sweeps
			</Title>
			<Text size="sm" c="dimmed" mb="xs" maw={760}>
				Ordinary sweeps: their trials are on the leaderboard, and their specs can be submitted again. What a server has
				run before is used again.
			</Text>
			<Stack gap="sm">
				{sweeps.map((sweep) => (
					<SweepCard key={sweep.id} sweep={sweep} isEarlier={sweep.finishedAt < runStartedAt} />
				))}
			</Stack>
		</section>
	);
}

function SweepCard({ sweep, isEarlier }: { sweep: LabSweep; isEarlier: boolean }) {
	const { id, spec, startedAt, finishedAt, devices } = sweep;
	const text = specText(spec);
	return (
		<Paper withBorder p="sm" maw={760}>
			<Group justify="space-between" gap="xs">
				<div>
					<Anchor component={Link} to={`/sweeps/${id}`}>
						{spec.name ?? id}
					</Anchor>
					<Text size="sm" c="dimmed">
						Ran <Moment at={startedAt} /> to <Moment at={finishedAt} /> on {devices.join(' and ')}
						{isEarlier && ', for an earlier run'}
					</Text>
				</div>
				<Group gap="xs">
					<CopyText text={text} label="Copy spec" />
					<Button component={Link} to={`/sweeps/new?from=${id}`} size="xs" variant="default">
						Start from this
					</Button>
				</Group>
			</Group>
			<details>
				<summary>Spec</summary>
				<Code block tabIndex={0} aria-label={`Spec of ${spec.name ?? id}`} className="spec-text">
					{text}
				</Code>
			</details>
		</Paper>
	);
}
