import { Group, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { sweepQuery } from '../api/queries.ts';
import { LoadError } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { type Draft, draftFromSpec, emptyDraft, loadDraft, saveDraft } from '../spec-form/draft.ts';
import { EstimatePanel } from './estimate-panel.tsx';
import { SpecPanel } from './spec-panel.tsx';
import { StartFrom } from './start-from.tsx';
import { SweepForm } from './sweep-form.tsx';
import { useSweepForm } from './use-sweep-form.ts';

/** Designs a sweep: from the kept draft, or with `?from=swp_…` from an earlier sweep. */
export function NewSweepPage() {
	const [params] = useSearchParams();
	const from = params.get('from');
	return (
		<>
			<PageTitle title="New sweep" />
			{from === null ? <Designer start={loadDraft(localStorage) ?? emptyDraft} /> : <FromSweep sweepId={from} />}
		</>
	);
}

/** Makes an earlier sweep the draft, then goes to it: from there on a reload keeps what was changed. */
function FromSweep({ sweepId }: { sweepId: string }) {
	const { data, error, refetch } = useQuery({ ...sweepQuery(sweepId), refetchInterval: false });
	const navigate = useNavigate();
	useEffect(() => {
		if (data === undefined) return;
		saveDraft(localStorage, draftFromSpec(data.spec));
		navigate('/sweeps/new', { replace: true });
	}, [data, navigate]);
	if (error !== null) return <LoadError error={error} what="sweep" retry={() => refetch()} />;
	return <Skeleton height={480} aria-label="Loading the sweep" />;
}

function Designer({ start }: { start: Draft }) {
	const sweepForm = useSweepForm(start);
	return (
		<Stack>
			<Group justify="space-between">
				<Title order={1} size="h2">
					New sweep
				</Title>
				<StartFrom sweepForm={sweepForm} />
			</Group>
			<div className="two-columns">
				<div>
					<SweepForm sweepForm={sweepForm} />
				</div>
				<div>
					<div className="beside">
						<EstimatePanel sweepForm={sweepForm} />
						<SpecPanel sweepForm={sweepForm} />
					</div>
				</div>
			</div>
		</Stack>
	);
}
