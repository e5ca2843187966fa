import type { Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Button, Group, MultiSelect, Pill, Select, Slider, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { formatBatchSize } from '../format/configurations.ts';
import { formatCount, formatPercent, formatSeconds, formatValue } from '../format/numbers.ts';
import { useNarrow } from '../shell/use-narrow.ts';
import { type Axis, axes, countFilters, isFiltered, noFilter, type Shown, valuesOf } from './board-filter.ts';
import type { Board } from './use-board.ts';

const labels: Record<Axis, string> = { batchSize: 'B', eta: 'η', lambda: 'λ' };
const shownChoices: { value: Shown; label: string }[] = [
	{ value: 'all', label: 'All rows' },
	{ value: 'ranked', label: 'Ranked only' },
	{ value: 'failed', label: 'Failed or diverged' },
];

/** What narrows the rows down: values of each axis, the best per cent, state, device and the bounds of a brush. */
export function FilterBar({ sweep, board }: { sweep: Sweep; board: Board }) {
	const { entries, shown, filter, setFilter } = board;
	return (
		<section className="filters" aria-label="Filters">
			<Folded count={countFilters(filter)}>
				{axes.map((axis) => (
					<AxisFilter key={axis} axis={axis} sweep={sweep} board={board} />
				))}
				<Select
					label="Show"
					size="xs"
					w={150}
					allowDeselect={false}
					data={shownChoices}
					value={filter.shown}
					onChange={(value) => setFilter({ shown: value as Shown })}
				/>
				{sweep.devices.length > 1 && (
					<Select
						label="Device"
						placeholder="All devices"
						size="xs"
						clearable
						data={sweep.devices.map(({ key, label }) => ({ value: key, label }))}
						value={filter.device}
						onChange={(device) => setFilter({ device })}
					/>
				)}
				<TopSlider value={filter.topPercent} onChange={(topPercent) => setFilter({ topPercent })} />
			</Folded>
			<Group gap="xs" className="filter-status">
				<Text size="sm" c="dimmed" role="status">
					{formatCount(shown.length)} of {formatCount(entries.length)} configurations
				</Text>
				{filter.accuracy !== undefined && (
					<BoundPill
						text={`accuracy ${formatPercent(filter.accuracy[0])} to ${formatPercent(filter.accuracy[1])}`}
						onRemove={() => setFilter({ accuracy: undefined })}
					/>
				)}
				{filter.epochSeconds !== undefined && (
					<BoundPill
						text={`epoch ${formatSeconds(filter.epochSeconds[0])} to ${formatSeconds(filter.epochSeconds[1])}`}
						onRemove={() => setFilter({ epochSeconds: undefined })}
					/>
				)}
				{isFiltered(filter) && (
					<Button
						size="compact-xs"
						variant="default"
						onClick={() => setFilter({ ...noFilter, accuracy: undefined, epochSeconds: undefined })}
					>
						Clear filters
					</Button>
				)}
			</Group>
		</section>
	);
}

/** On a phone the fields are behind a button that says how many filters hold. */
function Folded({ count, children }: { count: number; children: ReactNode }) {
	const isNarrow = useNarrow();
	const [opened, { toggle }] = useDisclosure();
	const id = useId();
	const fields = (
		<Group gap="sm" align="end">
			{children}
		</Group>
	);
	if (!isNarrow) return fields;
	return (
		<>
			<Button
				size="xs"
				variant="default"
				style={{ alignSelf: 'start' }}
				aria-expanded={opened}
				aria-controls={id}
				onClick={toggle}
				leftSection={<IconFilter size={14} aria-hidden />}
			>
				Filters{count > 0 && ` (${count})`}
			</Button>
			<div id={id} hidden={!opened}>
				{fields}
			</div>
		</>
	);
}

function AxisFilter({ axis, sweep, board }: { axis: Axis; sweep: Sweep; board: Board }) {
	const { entries, filter, setFilter } = board;
	const values = valuesOf(entries, axis);
	const format = (value: number) =>
		axis === 'batchSize' ? formatBatchSize(value, sweep.trainSize) : formatValue(value);
	const chosen = filter.values[axis] ?? [];
	// More values may come while it is live, and fields that come with them would move what is below.
	if (values.length < 2 && chosen.length === 0 && isTerminalSweep(sweep.state)) return null;
	return (
		<MultiSelect
			label={labels[axis]}
			size="xs"
			maw={220}
			miw={110}
			placeholder={chosen.length === 0 ? 'any' : ''}
			data={[...new Set([...values, ...chosen])].map((value) => ({ value: String(value), label: format(value) }))}
			value={chosen.map(String)}
			onChange={(next) =>
				setFilter({
					values: { ...filter.values, [axis]: next.length === 0 ? undefined : next.map(Number) },
				})
			}
		/>
	);
}

/** Follows the thumb at once, filters when it is let go. */
function TopSlider({ value, onChange }: { value: number; onChange: (value: number) => void }) {
	const [moving, setMoving] = useState<number | null>(null);
	const shown = moving ?? value;
	return (
		<div className="top-slider">
			<Text size="xs" fw={500} aria-hidden>
				{shown >= 100 ? 'Best: all' : `Best ${shown} %`}
			</Text>
			<Slider
				size="sm"
				min={1}
				max={100}
				label={null}
				value={shown}
				onChange={setMoving}
				onChangeEnd={(end) => {
					setMoving(null);
					onChange(end);
				}}
				thumbLabel="Best per cent of the ranking"
			/>
		</div>
	);
}

function BoundPill({ text, onRemove }: { text: string; onRemove: () => void }) {
	return (
		<Pill
			withRemoveButton
			onRemove={onRemove}
			removeButtonProps={{ 'aria-label': `Remove the filter: ${text}`, tabIndex: 0 }}
		>
			{text}
		</Pill>
	);
}
