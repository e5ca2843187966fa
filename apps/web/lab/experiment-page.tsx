import type { LabRun, LabSize } from '@basin/core/contracts/lab.ts';
import { Anchor, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useParams } from 'react-router';
import { NotFound } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useAddress } from '../shell/use-address.ts';
import { LabAbsent } from './lab-page.tsx';
import { labExperimentsQuery, labRunsQuery, shownRun } from './queries.ts';
import { RunPanel } from './run-panel.tsx';

const FindingsView = lazy(() => import('./findings-view.tsx'));

/** One experiment: its claim, what is run to test it, and what came of it. */
export function ExperimentPage() {
	const { experimentId = '' } = useParams();
	const experiments = useQuery(labExperimentsQuery);
	const runs = useQuery(labRunsQuery);
	const error = experiments.error ?? runs.error;
	if (experiments.data === undefined || runs.data === undefined) {
		if (error !== null) return <LabAbsent error={error} retry={() => experiments.refetch()} />;
		return <Skeleton height={480} aria-label="Loading the experiment" />;
	}
	const experiment = experiments.data.items.find(({ id }) => id === experimentId);
	if (experiment === undefined) return <NotFound what="page" />;
	return (
		<Stack>
			<PageTitle title={experiment.title} />
			<div>
				<Anchor component={Link} to="/lab" size="sm">
					Lab
				</Anchor>
				<Title order={1} size="h2">
					{experiment.title}
				</Title>
			</div>
			<Text maw={760}>
				<strong>Claim ({experiment.claims.join(', ')}).</strong> {experiment.claim}
			</Text>
			<RunPanel experiment={experiment} runs={runs.data.items} now={runs.dataUpdatedAt} />
			<ShownFindings runs={runs.data.items.filter((run) => run.experiment === experimentId)} />
		</Stack>
	);
}

/** Of the full run where there is one, unless the address asks for the quick one. */
function ShownFindings({ runs }: { runs: LabRun[] }) {
	const { params, setParam } = useAddress();
	const shown = shownRun(runs, params.get('size') as LabSize | null);
	if (shown?.findings == null) return null;
	const sizes = new Set(runs.filter(({ findings }) => findings !== null).map(({ size }) => size));
	return (
		<>
			{sizes.size > 1 && (
				<SegmentedControl
					aria-label="Findings of"
					className="lab-size"
					data={[
						{ value: 'full', label: 'Full run' },
						{ value: 'quick', label: 'Quick run' },
					]}
					value={shown.size}
					onChange={(size) => setParam('size', size)}
				/>
			)}
			<Suspense fallback={<Skeleton height={420} aria-label="Loading the findings" />}>
				<FindingsView key={shown.id} run={shown} findings={shown.findings} />
			</Suspense>
		</>
	);
}
