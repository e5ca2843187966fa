import { Group, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { type Measure, measures, type Scale } from './curve-series.ts';

const choices = Object.entries(measures).map(([value, { label }]) => ({ value, label }));

export function useCurveChoice() {
	const [measure, setMeasure] = useState<Measure>('valAccuracy');
	const [scale, setScale] = useState<Scale>('linear');
	return { measure, setMeasure, scale, setScale };
}

/** Which measure is drawn, and on which axis. */
export function CurveControls({ choice }: { choice: ReturnType<typeof useCurveChoice> }) {
	return (
		<Group gap="xs" justify="space-between">
			<Select
				aria-label="Measure"
				size="xs"
				w={240}
				maw="100%"
				data={choices}
				value={choice.measure}
				onChange={(value) => choice.setMeasure(value as Measure)}
				allowDeselect={false}
			/>
			<SegmentedControl<Scale>
				aria-label="Axis"
				size="xs"
				data={[
					{ value: 'linear', label: 'linear' },
					{ value: 'log', label: 'log' },
				]}
				value={choice.scale}
				onChange={choice.setScale}
			/>
		</Group>
	);
}
