import type { TrialWithAttempts } from '@basin/client';
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { resultsQuery } from '../api/queries.ts';
import { formatPercent } from '../format/numbers.ts';

/** The way to the same configuration with other seeds. */
export function OtherSeeds({ trial }: { trial: TrialWithAttempts }) {
	const trials = useQuery(resultsQuery(trial.sweepId, trial.configurationHash)).data?.items ?? [];
	if (trials.length < 2) return null;
	return (
		<Group component="nav" gap={6} aria-label="Seeds of this configuration">
			<Text size="sm" c="dimmed" aria-hidden>
				Seeds
			</Text>
			{trials.map(({ id, seed, result }) => (
				<Link
					key={id}
					className="nav-link seed-link"
					to={`/trials/${id}`}
					aria-label={`Seed ${seed}`}
					aria-current={id === trial.id ? 'page' : undefined}
				>
					{seed}
					{result !== null && <span> · {formatPercent(result.valAccuracy)}</span>}
				</Link>
			))}
		</Group>
	);
}
