import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';

export type Line = {
	what: string;
	/** In the unit of the target. */
	value: number;
	unit: 'ms' | 'per second';
	/** `value` must be at most this for ms, at least this per second; none: it is only told. */
	target?: number;
	/** Other figures of the same measurement. */
	more?: string;
};

const file = new URL('../results/platform.json', import.meta.url);

export const holds = ({ value, unit, target }: Line) =>
	target === undefined || (unit === 'ms' ? value <= target : value >= target);

export function printLine(line: Line): void {
	const { what, value, unit, target, more } = line;
	const verdict = target === undefined ? '' : `${holds(line) ? 'held' : 'MISSED'}, target ${target}`;
	console.log(`${what.padEnd(58)} ${digits(value).padStart(8)} ${unit.padEnd(10)} ${verdict.padEnd(20)} ${more ?? ''}`);
}

const digits = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));

export async function writeReport(lines: readonly Line[], loadBefore: number): Promise<void> {
	const report = {
		date: new Date().toISOString(),
		processor: cpus()[0]?.model,
		cores: availableParallelism(),
		node: process.version,
		loadAverage: { before: loadBefore, after: loadavg()[0] },
		lines: lines.map((line) => ({ ...line, held: holds(line) })),
	};
	await mkdir(new URL('.', file), { recursive: true });
	await writeFile(file, `${JSON.stringify(report, null, '\t')}\n`);
}
