import type { Contender, Family } from './contenders.ts';
import { batchSizes, type NetworkName } from './networks.ts';
import type { ProgramRun } from './program-run.ts';

/** A contender with its runs, one a round. */
export interface Entry {
	contender: Contender;
	runs: ProgramRun[];
}

/** Medians over the rounds. */
export interface Cell {
	msPerUpdate: number;
	fastestMs: number;
	/** Processor time of an update. */
	processorMs: number;
	rounds: number;
}

export interface Row {
	batchSize: number;
	/** By a contender's label. */
	cells: Record<string, Cell>;
	/** How many times faster Basin is than a family: with one thread each, two each, and the best of both each. */
	timesFaster: Record<string, { oneThread?: number; twoThreads?: number; best?: number }>;
	/** What part of the bare products' speed Basin reaches, the same threads each. */
	ofBareGemm?: { oneThread: number; twoThreads: number };
}

const rivals: readonly Family[] = ['tensorflow', 'PyTorch', 'JAX'];

export function summarise(network: NetworkName, entries: readonly Entry[]): Row[] {
	const ours = entries.filter(({ contender }) => contender.network === network);
	return batchSizes[network].map((batchSize) => summariseRow(batchSize, ours));
}

function summariseRow(batchSize: number, entries: readonly Entry[]): Row {
	const measured = entries.flatMap(({ contender, runs }) => {
		const timings = runs.flatMap((run) => run.timings.filter((timing) => timing.batchSize === batchSize));
		if (timings.length === 0) return [];
		const clock = timings.map(({ msPerUpdate }) => msPerUpdate);
		const processor = timings.map(({ msPerUpdate, cores }) => msPerUpdate * cores);
		const cell: Cell = {
			msPerUpdate: median(clock),
			fastestMs: Math.min(...clock),
			processorMs: median(processor),
			rounds: timings.length,
		};
		return [{ contender, cell }];
	});
	/** The least median of a family, or nothing where it was not measured. */
	const best = (family: Family, threads?: number) => {
		const times = measured
			.filter(({ contender }) => contender.family === family && (threads ?? contender.threads) === contender.threads)
			.map(({ cell }) => cell.msPerUpdate);
		return times.length > 0 ? Math.min(...times) : undefined;
	};
	const ratio = (family: Family, threads?: number) => {
		const [theirs, ours] = [best(family, threads), best('Basin', threads)];
		return theirs && ours ? theirs / ours : undefined;
	};
	const timesFaster = Object.fromEntries(
		rivals.filter((family) => best(family)).map((family) => [family, byThreads((threads) => ratio(family, threads))]),
	);
	const bare = byThreads((threads) => ratio('bare Gemm', threads));
	return {
		batchSize,
		cells: Object.fromEntries(measured.map(({ contender, cell }) => [contender.label, cell])),
		timesFaster,
		...(bare.oneThread &&
			bare.twoThreads && { ofBareGemm: { oneThread: bare.oneThread, twoThreads: bare.twoThreads } }),
	};
}

function byThreads(ratio: (threads?: number) => number | undefined) {
	const [oneThread, twoThreads, best] = [ratio(1), ratio(2), ratio()];
	return { ...(oneThread && { oneThread }), ...(twoThreads && { twoThreads }), ...(best && { best }) };
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
