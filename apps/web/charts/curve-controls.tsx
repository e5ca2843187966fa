import { Group, SegmentedControl, Select, Slider, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useAddress } from '../shell/use-address.ts';
import {
	type CurveChoice,
	type Measure,
	measures,
	type ProgressAxis,
	readCurve,
	type Scale,
	writeCurve,
} from './curve-series.ts';

const measureChoices = Object.entries(measures).map(([value, { label }]) => ({ value, label }));
const progressChoices: { value: ProgressAxis; label: string }[] = [
	{ value: 'epoch', label: 'epochs' },
	{ value: 'updates', label: 'updates' },
	{ value: 'seconds', label: 'seconds' },
];
const scales: { value: Scale; label: string }[] = [
	{ value: 'linear', label: 'linear' },
	{ value: 'log', label: 'log' },
];

/** How curves are drawn, in the address. */
export function useCurveChoice() {
	const { params, setParam } = useAddress();
	const text = params.get('curve');
	const choice = useMemo(() => readCurve(text), [text]);
	const change = (part: Partial<CurveChoice>) => setParam('curve', (now) => writeCurve({ ...readCurve(now), ...part }));
	return { choice, change };
}

/** Which measure is drawn, along what, on which axes, and how smooth. */
export function CurveControls({ choice, change }: ReturnType<typeof useCurveChoice>) {
	return (
		<Group gap="sm" align="end">
			<Select
				label="Measure"
				size="xs"
				w={240}
				maw="100%"
				data={measureChoices}
				value={choice.measure}
				onChange={(value) => change({ measure: value as Measure })}
				allowDeselect={false}
			/>
			<Labelled text="Y axis">
				<SegmentedControl<Scale>
					aria-label="Scale of the measure"
					size="xs"
					data={scales}
					value={choice.scale}
					onChange={(scale) => change({ scale })}
				/>
			</Labelled>
			<Labelled text="Along">
				<SegmentedControl<ProgressAxis>
					aria-label="Along"
					size="xs"
					data={progressChoices}
					value={choice.along}
					onChange={(along) => change({ along })}
				/>
			</Labelled>
			<Labelled text="X axis">
				<SegmentedControl<Scale>
					aria-label="Scale of progress"
					size="xs"
					data={scales}
					value={choice.alongScale}
					onChange={(alongScale) => change({ alongScale })}
				/>
			</Labelled>
			<div className="top-slider">
				<Text size="xs" fw={500} aria-hidden>
					Smoothing {choice.smoothing.toFixed(2)}
				</Text>
				<Slider
					size="sm"
					min={0}
					max={0.95}
					step={0.05}
					label={null}
					value={choice.smoothing}
					onChange={(smoothing) => change({ smoothing })}
					thumbLabel="Smoothing"
				/>
			</div>
		</Group>
	);
}

function Labelled({ text, children }: { text: string; children: React.ReactNode }) {
	return (
		<div>
			<Text size="xs" fw={500} mb={2} aria-hidden>
				{text}
			</Text>
			{children}
		</div>
	);
}
