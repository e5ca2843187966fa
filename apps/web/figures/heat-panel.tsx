import type { Sweep } from '@basin/client';
import { Group, Paper, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core';
import { type Axis, valuesOf } from '../board/board-filter.ts';
import { type HeatAxes, heatGrids } from '../charts/heat-grid.ts';
import { formatBatchSize } from '../format/configurations.ts';
import { formatValue } from '../format/numbers.ts';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { HeatMap } from './heat-map.tsx';
import { heatMeasureOf, heatMeasures, measureBounds } from './heat-measures.ts';
import { HeatScale } from './heat-scale.tsx';
import { useOneDevice } from './use-one-device.tsx';

const layouts: Record<'batchSize' | 'lambda', HeatAxes> = {
	batchSize: { held: 'batchSize', column: 'eta', row: 'lambda' },
	lambda: { held: 'lambda', column: 'batchSize', row: 'eta' },
};

export const symbolsOf: Record<Axis, string> = { batchSize: 'B', eta: 'η', lambda: 'λ' };

/** Maps of accuracy or time over the grid, one for each value of the third axis. */
export default function HeatPanel({ sweep, board }: PanelProps) {
	const { params, setParam } = useAddress();
	const layout = params.get('map') === 'lambda' ? 'lambda' : 'batchSize';
	const measure = heatMeasureOf(params.get('measure'));
	const { entries, deviceSelect } = useOneDevice(sweep, board.entries);
	if (board.query.data === undefined) return <Skeleton height={320} aria-label="Loading the heat maps" />;
	if (entries.length === 0)
		return (
			<Text size="sm" c="dimmed">
				The maps fill when trials have finished.
			</Text>
		);
	const axes = layouts[layout];
	const bounds = measureBounds(entries, measure);
	return (
		<Stack>
			<Group gap="sm" align="end">
				<SegmentedControl
					aria-label="Maps"
					size="xs"
					data={[
						{ value: 'batchSize', label: 'η × λ for each B' },
						{ value: 'lambda', label: 'η × B for each λ' },
					]}
					value={layout}
					onChange={(value) => setParam('map', value === 'lambda' ? value : null)}
				/>
				<Select
					aria-label="Value of the cells"
					size="xs"
					w={240}
					allowDeselect={false}
					data={Object.entries(heatMeasures).map(([value, { label }]) => ({ value, label }))}
					value={measure}
					onChange={(value) => setParam('measure', value === 'accuracy' ? null : value)}
				/>
				{deviceSelect}
			</Group>
			<Paper withBorder p="md">
				<HeatScale measure={measure} bounds={bounds} />
				<div className="heat-maps">
					{heatGrids(entries, axes).map((grid) => (
						<HeatMap
							key={grid.held}
							title={`${symbolsOf[axes.held]} = ${formatAxis(axes.held, grid.held, sweep)}`}
							grid={grid}
							axes={axes}
							measure={measure}
							bounds={bounds}
							format={(axis, value) => formatAxis(axis, value, sweep)}
						/>
					))}
				</div>
			</Paper>
			<Text size="xs" c="dimmed">
				{heatMeasures[measure].note}{' '}
				{layout === 'batchSize' &&
					valuesOf(entries, 'lambda').length > 1 &&
					'Dashed: equal effective rates η/(1 − λ), which a constant gradient is followed at in the end; at λ = 0 it is η. '}
				A cell opens the best trial of its configuration; arrow keys move between cells.
			</Text>
		</Stack>
	);
}

function formatAxis(axis: Axis, value: number, { trainSize }: Sweep): string {
	return axis === 'batchSize' ? formatBatchSize(value, trainSize) : formatValue(value);
}
