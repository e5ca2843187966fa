import type { RankBy } from '@basin/core/contracts/api.ts';
import { Group, NumberInput, SegmentedControl } from '@mantine/core';
import { type Ranking, readRanking } from './ranking.ts';

const ranks: { value: RankBy; label: string }[] = [
	{ value: 'valAccuracy', label: 'Accuracy' },
	{ value: 'epochSeconds', label: 'Epoch seconds' },
	{ value: 'secondsToTarget', label: 'Time to accuracy' },
	{ value: 'pareto', label: 'Pareto front' },
];

type Props = { ranking: Ranking; onChange: (ranking: Ranking) => void; size: 'xs' | 'sm' };

/** What ranks a board, and where that is the time to an accuracy, which one in per cent. */
export function RankChoice({ ranking, onChange, size }: Props) {
	return (
		<Group gap="xs">
			<SegmentedControl<RankBy>
				aria-label="Rank by"
				size={size}
				data={ranks}
				value={ranking.rankBy}
				onChange={(rankBy) => onChange(readRanking(new URLSearchParams({ rank: rankBy })))}
			/>
			{ranking.target !== undefined && (
				<NumberInput
					aria-label="Target accuracy in per cent"
					size={size}
					w={96}
					min={0}
					max={100}
					clampBehavior="strict"
					suffix=" %"
					value={Number((ranking.target * 100).toPrecision(12))}
					onChange={(percent) => {
						if (typeof percent === 'number') onChange({ ...ranking, target: Number((percent / 100).toPrecision(12)) });
					}}
				/>
			)}
		</Group>
	);
}
