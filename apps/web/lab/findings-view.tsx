import type { Figure, Findings, LabRun, LabTable } from '@basin/core/contracts/lab.ts';
import { Anchor, Button, Group, List, Stack, Table, Text, Title, useComputedColorScheme } from '@mantine/core';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { EChart } from '../charts/echart.tsx';
import { hueOf, type Scheme } from '../charts/ink.ts';
import { Moment } from '../shell/moment.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { axisName, figureOption } from './figure-option.ts';
import { VerdictBadge } from './verdict-badge.tsx';

use([LineChart, ScatterChart, CustomChart, GridComponent, CanvasRenderer]);

/** Verdict, figures and tables of a run. */
export default function FindingsView({ run, findings }: { run: LabRun; findings: Findings }) {
	const { verdicts, figures, tables, caveats, sweeps } = findings;
	return (
		<Stack gap="lg">
			<section aria-label="Verdict">
				<Text size="sm" c="dimmed" mb="xs">
					{run.size} size, <Moment at={run.finishedAt ?? run.startedAt} />
				</Text>
				<Stack gap="sm">
					{verdicts.map(({ claim, outcome, sentence, rule }) => (
						<div key={claim}>
							<Group gap="xs" mb={4}>
								<Text fw={600}>{claim}</Text>
								<VerdictBadge outcome={outcome} />
							</Group>
							<Text maw={760}>{sentence}</Text>
							<Text size="sm" c="dimmed" maw={760}>
								{rule}
							</Text>
						</div>
					))}
				</Stack>
			</section>
			{figures.map((figure) => (
				<FigureView key={figure.id} figure={figure} />
			))}
			{tables.map((table) => (
				<TableView key={table.title} table={table} />
			))}
			<section aria-label="Caveats">
				<Title order={2} size="h4">
					Before you believe it
				</Title>
				<List size="sm" maw={760}>
					{caveats.map((caveat) => (
						<List.Item key={caveat}>{caveat}</List.Item>
					))}
				</List>
			</section>
			{sweeps.length > 0 && (
				<Text size="sm">
					Its sweeps:{' '}
					{sweeps.map(({ id }, place) => (
						<span key={id}>
							{place > 0 && ', '}
							<Anchor component={Link} inherit to={`/sweeps/${id}`}>
								{id}
							</Anchor>
						</span>
					))}
				</Text>
			)}
		</Stack>
	);
}

function FigureView({ figure }: { figure: Figure }) {
	const frames = Math.max(
		...figure.series.filter(({ draw }) => draw !== 'dashed').map(({ points }) => points.length),
		0,
	);
	const { frame, isPlaying, play } = useFrames(frames);
	const option = useCallback((scheme: Scheme) => figureOption(figure, scheme, frame), [figure, frame]);
	return (
		<section aria-label={figure.title}>
			<Group justify="space-between">
				<Title order={2} size="h4">
					{figure.title}
				</Title>
				{figure.plays && (
					<Button size="xs" variant="default" onClick={play} disabled={isPlaying}>
						Play
					</Button>
				)}
			</Group>
			<Legend figure={figure} />
			<EChart option={option} label={described(figure)} />
			<Text size="sm" c="dimmed" maw={760}>
				{figure.caption}
			</Text>
		</section>
	);
}

/** All at once until it is played, which takes six seconds whatever its length. */
function useFrames(frames: number) {
	const [frame, setFrame] = useState(frames);
	const [playedAt, setPlayedAt] = useState<number | null>(null);
	useEffect(() => {
		if (playedAt === null) return;
		let request = requestAnimationFrame(function draw(now) {
			const share = Math.min(1, (now - playedAt) / 6000);
			setFrame(Math.max(1, Math.round(share * frames)));
			if (share === 1) setPlayedAt(null);
			else request = requestAnimationFrame(draw);
		});
		return () => cancelAnimationFrame(request);
	}, [playedAt, frames]);
	return { frame, isPlaying: playedAt !== null, play: () => setPlayedAt(performance.now()) };
}

function Legend({ figure: { series } }: { figure: Figure }) {
	const scheme = useComputedColorScheme('light');
	if (series.length < 2) return null;
	return (
		<ul className="legend" aria-label="Series">
			{series.map(({ name, draw }, place) => (
				<li key={name}>
					<svg width={22} height={10} aria-hidden>
						<line
							x1={1}
							x2={21}
							y1={5}
							y2={5}
							stroke={hueOf(place, scheme)}
							strokeWidth={2.5}
							strokeDasharray={draw === 'dashed' ? '4 3' : draw === 'points' ? '2 5' : undefined}
						/>
					</svg>
					<span>{name}</span>
				</li>
			))}
		</ul>
	);
}

/** For those who do not see it: the ends of each series. */
function described({ title, x, y, series }: Figure): string {
	const ends = series.flatMap(({ name, points }) => {
		const [first, last] = [points[0], points.at(-1)];
		if (first === undefined || last === undefined) return [];
		const [from, to] = [first, last].map((point) => `${point.y.toPrecision(3)} at ${point.x.toPrecision(3)}`);
		return [`${name} from ${from} to ${to}`];
	});
	return `${title}: ${axisName(y)} by ${axisName(x)}. ${ends.join('; ')}.`;
}

function TableView({ table: { title, columns, rows } }: { table: LabTable }) {
	return (
		<section>
			<Title order={2} size="h4" mb={4}>
				{title}
			</Title>
			<ScrollTable label={title} minWidth={110 * columns.length}>
				<Table.Thead>
					<Table.Tr>
						{columns.map((column) => (
							<Table.Th key={column} scope="col">
								{column}
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((row) => (
						<Table.Tr key={row.join(' ')}>
							{row.map((cell, place) => (
								<Table.Td key={columns[place]}>{cell ?? '–'}</Table.Td>
							))}
						</Table.Tr>
					))}
				</Table.Tbody>
			</ScrollTable>
		</section>
	);
}
