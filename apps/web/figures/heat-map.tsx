import type { LeaderboardEntry } from '@basin/client';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Axis, type Bounds, isWaiting } from '../board/board-filter.ts';
import { inkOn, viridis } from '../charts/color-scale.ts';
import { type HeatAxes, type HeatGrid, isoLines } from '../charts/heat-grid.ts';
import { formatValue } from '../format/numbers.ts';
import { goodness, type HeatMeasure, heatMeasures } from './heat-measures.ts';
import { symbolsOf } from './heat-panel.tsx';

type HeatMapProps = {
	title: string;
	grid: HeatGrid;
	axes: HeatAxes;
	measure: HeatMeasure;
	bounds: Bounds | null;
	format: (axis: Axis, value: number) => string;
};

const left = 56;
const top = 8;
const bottom = 40;
/** A number fits into a cell of this size. */
const cellWidth = 64;
const cellHeight = 40;

/** One map as a picture whose cells are links; a single tab stop, from which the arrow keys move. */
export function HeatMap({ title, grid, axes, measure, bounds, format }: HeatMapProps) {
	const { columns, rows, cells } = grid;
	const [current, setCurrent] = useState({ row: 0, column: 0 });
	const box = useRef<SVGSVGElement>(null);
	const width = left + columns.length * cellWidth + 8;
	const height = top + rows.length * cellHeight + bottom;
	const x = (column: number) => left + column * cellWidth;
	const y = (row: number) => top + row * cellHeight;

	const onKeyDown = (event: KeyboardEvent) => {
		const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
		if (step === undefined) return;
		event.preventDefault();
		const row = clamp(current.row + step[0]!, rows.length);
		const column = clamp(current.column + step[1]!, columns.length);
		setCurrent({ row, column });
		box.current?.querySelector<SVGElement>(`[data-cell="${row} ${column}"]`)?.focus();
	};

	return (
		<figure className="heat-map" style={{ flexBasis: 0.85 * width, maxWidth: 1.4 * width }}>
			<figcaption>{title}</figcaption>
			{/* biome-ignore lint/a11y/useSemanticElements: a picture cannot be a fieldset. */}
			<svg
				ref={box}
				viewBox={`0 0 ${width} ${height}`}
				style={{ minWidth: 0.7 * width }}
				role="group"
				aria-label={`${heatMeasures[measure].label} for ${title}`}
				onKeyDown={onKeyDown}
			>
				{cells.map((line, row) =>
					line.map((entry, column) => (
						<Cell
							key={`${rows[row]} ${columns[column]}`}
							id={`${row} ${column}`}
							entry={entry}
							x={x(column)}
							y={y(row)}
							label={`${symbolsOf[axes.column]} ${format(axes.column, columns[column]!)}, ${symbolsOf[axes.row]} ${format(axes.row, rows[row]!)}`}
							measure={measure}
							bounds={bounds}
							isCurrent={current.row === row && current.column === column}
						/>
					)),
				)}
				{axes.held === 'batchSize' && <IsoLines grid={grid} x={x} y={y} />}
				<Values grid={grid} measure={measure} bounds={bounds} x={x} y={y} />
				{columns.map((value, column) => (
					<text key={value} x={x(column) + cellWidth / 2} y={y(rows.length) + 15} className="tick" textAnchor="middle">
						{format(axes.column, value)}
					</text>
				))}
				{rows.map((value, row) => (
					<text key={value} x={left - 6} y={y(row) + cellHeight / 2 + 4} className="tick" textAnchor="end">
						{format(axes.row, value)}
					</text>
				))}
				<text x={x(columns.length / 2)} y={height - 6} className="axis-name" textAnchor="middle">
					{symbolsOf[axes.column]}
				</text>
				<text x={8} y={y(rows.length / 2) + 4} className="axis-name">
					{symbolsOf[axes.row]}
				</text>
			</svg>
		</figure>
	);
}

function clamp(index: number, length: number): number {
	return Math.min(length - 1, Math.max(0, index));
}

type CellProps = {
	id: string;
	entry: LeaderboardEntry | undefined;
	x: number;
	y: number;
	label: string;
	measure: HeatMeasure;
	bounds: Bounds | null;
	isCurrent: boolean;
};

function Cell({ id, entry, x, y, label, measure, bounds, isCurrent }: CellProps) {
	const navigate = useNavigate();
	const { read, format } = heatMeasures[measure];
	const value = entry === undefined ? null : read(entry);
	const words = value !== null ? format(value) : wordFor(entry);
	const color = value === null || bounds === null ? null : viridis(goodness(value, bounds, measure));
	const trialId = entry?.bestTrialId ?? null;
	const content = (
		<>
			<rect
				width={cellWidth - 2}
				height={cellHeight - 2}
				rx={3}
				{...(color === null
					? { className: words === 'waiting' || words === '' ? 'empty-cell' : 'diverged-cell' }
					: { fill: color })}
			/>
			{color === null && words !== 'waiting' && words !== '' && (
				<path d="M25 13 L37 25 M37 13 L25 25" className="diverged-cross" />
			)}
			<title>{`${label}: ${words || 'not in this sweep'}`}</title>
		</>
	);
	const place = { transform: `translate(${x + 1} ${y + 1})`, 'data-cell': id, tabIndex: isCurrent ? 0 : -1 };
	if (trialId === null)
		return (
			// biome-ignore lint/a11y/useSemanticElements: a link in a picture that leads nowhere yet.
			<g {...place} role="link" aria-disabled aria-label={`${label}: ${words || 'not in this sweep'}`}>
				{content}
			</g>
		);
	return (
		<a
			{...place}
			href={`/trials/${trialId}`}
			aria-label={`${label}: ${words}`}
			onClick={(event) => {
				if (event.metaKey || event.ctrlKey || event.shiftKey) return;
				event.preventDefault();
				navigate(`/trials/${trialId}`);
			}}
		>
			{content}
		</a>
	);
}

type Places = { grid: HeatGrid; x: (column: number) => number; y: (row: number) => number };

/** The numbers on the cells, above the lines that cross them. */
function Values({ grid, measure, bounds, x, y }: Places & { measure: HeatMeasure; bounds: Bounds | null }) {
	const { read, short } = heatMeasures[measure];
	return (
		<g aria-hidden>
			{grid.cells.flatMap((line, row) =>
				line.map((entry, column) => {
					const value = entry === undefined ? null : read(entry);
					if (value === null || bounds === null) return null;
					const color = viridis(goodness(value, bounds, measure));
					return (
						<text
							key={`${grid.rows[row]} ${grid.columns[column]}`}
							x={x(column) + cellWidth / 2}
							y={y(row) + cellHeight / 2 + 5}
							textAnchor="middle"
							fill={inkOn(color)}
							stroke={color}
							className="cell-value"
						>
							{short(value)}
						</text>
					);
				}),
			)}
		</g>
	);
}

function wordFor(entry: LeaderboardEntry | undefined): string {
	if (entry === undefined) return '';
	if (entry.diverged) return 'diverged';
	return isWaiting(entry) ? 'waiting' : 'failed';
}

function IsoLines({ grid, x, y }: Places) {
	return (
		<g aria-hidden>
			{isoLines(grid).map(({ rate, points }) => {
				const places = points.map(([column, row]) => [x(column + 0.5), y(row + 0.5)] as const);
				const [endX, endY] = places.at(-1)!;
				return (
					<g key={rate}>
						<path
							d={`M${places.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join(' L')}`}
							className="iso-line under"
						/>
						<path
							d={`M${places.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join(' L')}`}
							className="iso-line"
						/>
						{/* Where a row has λ = 0 the tick of η below the line's end says it. */}
						{!grid.rows.includes(0) && (
							<text x={endX + 3} y={endY - 12} className="iso-label">
								{formatValue(rate)}
							</text>
						)}
					</g>
				);
			})}
		</g>
	);
}
