import type { NetworkName } from './networks.ts';
import type { Row } from './summary.ts';

/** A promise about speed, and where it is not kept. */
export interface Bar {
	promise: string;
	held: boolean;
	/** Where it is not held, such as `B=1000 0.91×`. */
	missed: string[];
}

type Measure = { where: string; ratio: number | undefined };

/** Bars whose peer was not measured are left out. */
export function judge(rows: Record<NetworkName, Row[]>): Bar[] {
	const { mlp, cnn } = rows;
	const bestOf = (family: string, part: Row[]): Measure[] =>
		part.map(({ batchSize, timesFaster }) => ({ where: `B=${batchSize}`, ratio: timesFaster[family]?.best }));
	const small = mlp.filter(({ batchSize }) => batchSize <= 32);
	const threadForThread = cnn.flatMap(({ batchSize, timesFaster }): Measure[] => [
		{ where: `B=${batchSize}, 1 thread`, ratio: timesFaster.PyTorch?.oneThread },
		{ where: `B=${batchSize}, 2 threads`, ratio: timesFaster.PyTorch?.twoThreads },
	]);
	const ofGemm = mlp.flatMap(({ batchSize, ofBareGemm }): Measure[] => [
		{ where: `B=${batchSize}, 1 thread`, ratio: ofBareGemm?.oneThread },
		{ where: `B=${batchSize}, 2 threads`, ratio: ofBareGemm?.twoThreads },
	]);
	const bars = [
		...['PyTorch', 'JAX'].flatMap((family) => [
			bar(`MLP: ahead of ${family} at every B, best against best`, 1, bestOf(family, mlp)),
			bar(`MLP: twice as fast as ${family} for B ≤ 32`, 2, bestOf(family, small)),
		]),
		bar('CNN: ahead of PyTorch at every B, thread for thread', 1, threadForThread),
		bar('MLP, B ≥ 1000: 70 % of bare Gemm', 0.7, ofGemm),
	];
	return bars.filter((one) => one !== null);
}

function bar(promise: string, least: number, measures: Measure[]): Bar | null {
	const known = measures.flatMap(({ where, ratio }) => (ratio === undefined ? [] : [{ where, ratio }]));
	if (known.length === 0) return null;
	const missed = known.filter(({ ratio }) => ratio < least).map(({ where, ratio }) => `${where} ${ratio.toFixed(2)}×`);
	return { promise, held: missed.length === 0, missed };
}
