import { SweepState } from '@basin/core/contracts/states.ts';
import { Button, Group, Select, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { type SweepFilter, sweepsQuery } from '../api/queries.ts';
import { formatQuantity } from '../format/numbers.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { FirstSteps } from './first-steps.tsx';
import { SweepsTable } from './sweeps-table.tsx';

/** All sweeps, newest first. The filter is in the address, so it can be linked and survives a reload. */
export function SweepsPage() {
	const { filter, setFilter } = useFilter();
	const [q] = useDebouncedValue(filter.q, 250);
	const query = useInfiniteQuery(sweepsQuery({ ...filter, q }));
	const sweeps = query.data?.pages.flatMap((page) => page.items);
	const isFiltered = filter.q !== '' || filter.state !== null;

	return (
		<Stack>
			<PageTitle title="Sweeps" />
			<Group justify="space-between">
				<Title order={1} size="h2">
					Sweeps
				</Title>
				<Button component={Link} to="/sweeps/new" leftSection={<IconPlus size={18} aria-hidden />}>
					New sweep
				</Button>
			</Group>
			{query.isError && sweeps === undefined ? (
				<LoadError error={query.error} what="list" retry={() => query.refetch()} />
			) : sweeps?.length === 0 && !isFiltered ? (
				<FirstSteps />
			) : (
				<>
					<StaleNotice error={query.error} />
					<Filters filter={filter} setFilter={setFilter} />
					{sweeps === undefined ? (
						<Skeleton height={240} aria-label="Loading sweeps" />
					) : sweeps.length === 0 ? (
						<Text role="status" c="dimmed">
							No sweep matches this filter.
						</Text>
					) : (
						<SweepsTable sweeps={sweeps} />
					)}
					{sweeps !== undefined && sweeps.length > 0 && (
						<Group>
							<Text size="sm" c="dimmed" role="status">
								{formatQuantity(sweeps.length, 'sweep')} shown
							</Text>
							{query.hasNextPage && (
								<Button
									variant="default"
									size="xs"
									loading={query.isFetchingNextPage}
									onClick={() => query.fetchNextPage()}
								>
									Show more
								</Button>
							)}
						</Group>
					)}
				</>
			)}
		</Stack>
	);
}

function useFilter() {
	const [params, setParams] = useSearchParams();
	const state = SweepState.safeParse(params.get('state'));
	const filter: SweepFilter = { q: params.get('q') ?? '', state: state.success ? state.data : null };
	const setFilter = (change: Partial<SweepFilter>) => {
		const next = { ...filter, ...change };
		const entries = Object.entries({ q: next.q, state: next.state ?? '' }).filter(([, value]) => value !== '');
		setParams(Object.fromEntries(entries), { replace: true, preventScrollReset: true });
	};
	return { filter, setFilter };
}

function Filters({ filter, setFilter }: { filter: SweepFilter; setFilter: (change: Partial<SweepFilter>) => void }) {
	return (
		<Group component="search" align="end" gap="sm">
			<TextInput
				type="search"
				label="Name"
				placeholder="Search by name"
				leftSection={<IconSearch size={16} aria-hidden />}
				value={filter.q}
				onChange={(event) => setFilter({ q: event.currentTarget.value })}
			/>
			<Select
				label="State"
				placeholder="Any state"
				data={SweepState.options}
				value={filter.state}
				onChange={(state) => setFilter({ state: state as SweepState | null })}
				clearable
			/>
		</Group>
	);
}
