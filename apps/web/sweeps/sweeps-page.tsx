import type { SweepSummary } from '@basin/client';
import { SweepState } from '@basin/core/contracts/states.ts';
import { Button, Group, Select, Skeleton, Stack, Text, TextInput, type TextInputProps, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { Link } from 'react-router';
import { type SweepFilter, sweepsQuery } from '../api/queries.ts';
import { formatQuantity } from '../format/numbers.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useAddress } from '../shell/use-address.ts';
import { BulkActions } from './bulk-actions.tsx';
import { FirstSteps } from './first-steps.tsx';
import { SweepsTable } from './sweeps-table.tsx';

/** All sweeps, newest first. The filter is in the address, so it can be linked and survives a reload. */
export function SweepsPage() {
	const { filter, setFilter } = useFilter();
	const [settled] = useDebouncedValue(filter, 250);
	const query = useInfiniteQuery(sweepsQuery(settled));
	const sweeps = query.data?.pages.flatMap((page) => page.items);
	const isFiltered = filter.q !== '' || filter.label !== '' || filter.state !== null;

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
						<SweepList
							sweeps={sweeps}
							hasMore={query.hasNextPage}
							onMore={query.fetchNextPage}
							onLabel={(label) => setFilter({ label })}
						/>
					)}
				</>
			)}
		</Stack>
	);
}

type SweepListProps = {
	sweeps: SweepSummary[];
	hasMore: boolean;
	onMore: () => void;
	onLabel: (label: string) => void;
};

function SweepList({ sweeps, hasMore, onMore, onLabel }: SweepListProps) {
	const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
	const toggle = useCallback(
		(id: string) =>
			setSelection((now) => {
				const next = new Set(now);
				if (!next.delete(id)) next.add(id);
				return next;
			}),
		[],
	);
	const select = useCallback((ids: string[]) => setSelection(new Set(ids)), []);
	const latest = useRef({ hasMore, onMore, onLabel });
	latest.current = { hasMore, onMore, onLabel };
	const loadMore = useCallback(() => {
		if (latest.current.hasMore) latest.current.onMore();
	}, []);
	const filterByLabel = useCallback((label: string) => latest.current.onLabel(label), []);
	return (
		<>
			<Group justify="space-between" mih={30}>
				<Text size="sm" c="dimmed" role="status">
					{formatQuantity(sweeps.length, 'sweep')}
					{hasMore && ', more as you scroll'}
				</Text>
				<BulkActions selected={sweeps.filter(({ id }) => selection.has(id))} onClear={() => setSelection(new Set())} />
			</Group>
			<SweepsTable
				sweeps={sweeps}
				selection={selection}
				onToggle={toggle}
				onSelect={select}
				onLabel={filterByLabel}
				onEnd={loadMore}
			/>
		</>
	);
}

function Filters({ filter, setFilter }: { filter: SweepFilter; setFilter: (changes: Partial<SweepFilter>) => void }) {
	return (
		<Group component="search" className="filter-fields" align="end" gap="sm">
			<FilterText
				type="search"
				label="Name"
				placeholder="Search by name"
				leftSection={<IconSearch size={16} aria-hidden />}
				value={filter.q}
				onText={(q) => setFilter({ q })}
			/>
			<Select
				label="State"
				placeholder="Any state"
				data={SweepState.options}
				value={filter.state}
				onChange={(state) => setFilter({ state: state as SweepState | null })}
				clearable
			/>
			<FilterText
				label="Label"
				placeholder="key or key:value"
				value={filter.label}
				onText={(label) => setFilter({ label })}
			/>
		</Group>
	);
}

/** Shows at once what is typed: the address, which holds it, is rendered later than the next key may be pressed. */
function FilterText({ value, onText, ...rest }: TextInputProps & { value: string; onText: (text: string) => void }) {
	const [typed, setTyped] = useState<string | null>(null);
	return (
		<TextInput
			{...rest}
			value={typed ?? value}
			onChange={(event) => {
				setTyped(event.currentTarget.value);
				onText(event.currentTarget.value);
			}}
			onBlur={() => setTyped(null)}
		/>
	);
}

function useFilter() {
	const { params, change } = useAddress();
	const state = SweepState.safeParse(params.get('state'));
	const filter: SweepFilter = {
		q: params.get('q') ?? '',
		label: params.get('label') ?? '',
		state: state.success ? state.data : null,
	};
	const setFilter = useCallback(
		(changes: Partial<SweepFilter>) =>
			change((next) => {
				for (const [name, value] of Object.entries(changes)) {
					if (value === null || value === '') next.delete(name);
					else next.set(name, value);
				}
				return next;
			}),
		[change],
	);
	return { filter, setFilter };
}
