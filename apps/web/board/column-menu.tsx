import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconColumns3 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useNarrow } from '../shell/use-narrow.ts';
import { type Column, columns } from './board-columns.tsx';
import type { ColumnId } from './board-order.ts';

/** On a phone the accuracy stands beside the rank, where no scrolling is needed to see it. */
const narrowOrder = columns.toSorted((one, other) => placeOf(one) - placeOf(other));

function placeOf({ id }: Column): number {
	return id === 'rank' ? 0 : id === 'accuracy' ? 1 : 2;
}

/** What decides about a column that nobody has chosen or removed. */
export type BoardTraits = { severalDevices: boolean; someFailed: boolean; hasTarget: boolean };

/** The columns that are shown, kept in this browser; the same list until a person or the board's traits change it. */
export function useColumns({ severalDevices, someFailed, hasTarget }: BoardTraits) {
	const [chosen, setChosen] = useLocalStorage<ColumnId[] | null>({
		key: 'basin.columns',
		defaultValue: null,
		getInitialValueInEffect: false,
	});
	const isNarrow = useNarrow();
	const shown = useMemo(() => {
		const isDefault = ({ id, byDefault }: Column) =>
			byDefault || (severalDevices && id === 'device') || (someFailed && id === 'failed');
		const isShown = (column: Column) =>
			column.id === 'secondsToTarget'
				? hasTarget
				: column.id === 'rank' || (chosen?.includes(column.id) ?? isDefault(column));
		return (isNarrow ? narrowOrder : columns).filter(isShown);
	}, [chosen, isNarrow, severalDevices, someFailed, hasTarget]);
	const toggle = (id: ColumnId) => {
		const ids = shown.map((column) => column.id);
		setChosen(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
	};
	return { shown, toggle, reset: () => setChosen(null) };
}

/** Which columns the board shows. The rank stays: it leads to the trial; seconds to a target are there where they rank. */
export function ColumnMenu({ shown, toggle, reset }: ReturnType<typeof useColumns>) {
	return (
		<Popover position="bottom-end" withinPortal={false} trapFocus>
			<Popover.Target>
				<Button variant="default" size="xs" leftSection={<IconColumns3 size={14} aria-hidden />}>
					Columns
				</Button>
			</Popover.Target>
			<Popover.Dropdown role="group" aria-label="Columns that are shown">
				<Stack gap={6}>
					{columns
						.filter(({ id }) => id !== 'rank' && id !== 'secondsToTarget')
						.map(({ id, title }) => (
							<Checkbox
								key={id}
								size="xs"
								label={title}
								checked={shown.some((column) => column.id === id)}
								onChange={() => toggle(id)}
							/>
						))}
					<Button variant="default" size="compact-xs" onClick={reset}>
						As at first
					</Button>
				</Stack>
			</Popover.Dropdown>
		</Popover>
	);
}
