import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import adamCosine from '../../../examples/adam-cosine.json' with { type: 'json' };
import cifarCnn from '../../../examples/cifar10-cnn.json' with { type: 'json' };
import lectureGrid from '../../../examples/lecture-grid.json' with { type: 'json' };
import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import { latestSweepsQuery } from '../api/queries.ts';
import { draftFromSpec, emptyDraft } from '../spec-form/draft.ts';
import type { SweepFormState } from './use-sweep-form.ts';

const examples: [label: string, spec: unknown][] = [
	['Quickstart', quickstart],
	['Lecture grid', lectureGrid],
	['Adam with a cosine schedule', adamCosine],
	['Convolutions on CIFAR-10', cifarCnn],
];

/** Fills the form from an example or a sweep of before, or clears it. */
export function StartFrom({ sweepForm }: { sweepForm: SweepFormState }) {
	const { data } = useQuery(latestSweepsQuery());
	const sweeps = data?.items ?? [];
	return (
		<Menu position="bottom-end" withinPortal={false}>
			<Menu.Target>
				<Button variant="default" size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
					Start from
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				{examples.map(([label, spec]) => (
					<Menu.Item key={label} onClick={() => sweepForm.fill(draftFromSpec(spec as SweepSpecInput))}>
						Example: {label}
					</Menu.Item>
				))}
				{sweeps.length > 0 && <Menu.Divider />}
				{sweeps.map(({ id, name }) => (
					<Menu.Item key={id} component={Link} to={`/sweeps/new?from=${id}`}>
						Sweep: {name}
					</Menu.Item>
				))}
				<Menu.Divider />
				<Menu.Item onClick={() => sweepForm.fill(emptyDraft)}>Default values</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
