import type { TrialWithAttempts } from '@basin/client';
import { Group } from '@mantine/core';
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
			{trials.map(({ id, seed, result }) => (
				<Link
					key={id}
					className="nav-link seed-link"
					to={`/trials/${id}`}
					aria-current={id === trial.id ? 'page' : undefined}
				>
					seed {seed}
					{result !== null && ` · ${formatPercent(result.valAccuracy)}`}
				</Link>
			))}
		</Group>
	);
}
