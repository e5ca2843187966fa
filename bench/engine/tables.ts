import type { Bar } from './bars.ts';
import type { NetworkName } from './networks.ts';
import type { Cell, Row } from './summary.ts';

const titles: Record<NetworkName, string> = {
	mlp: 'MLP 784-128-10 on MNIST, momentum',
	cnn: 'CNN conv32-pool-conv64-pool-dense10 on 3 × 32 × 32, momentum',
};

/** Clock, processor time and ratios of one network. A number after a name is its threads. */
export function printTables(network: NetworkName, rows: readonly Row[]): void {
	if (rows.every(({ cells }) => Object.keys(cells).length === 0)) return;
	const columns = (show: (cell: Cell, batchSize: number) => string) =>
		rows.map(({ batchSize, cells }) => ({
			B: batchSize,
			...Object.fromEntries(Object.entries(cells).map(([label, cell]) => [label, show(cell, batchSize)])),
		}));
	const unit = network === 'mlp' ? 'milliseconds per update' : 'images per second';
	console.log(`\n${titles[network]}: ${unit}, medians`);
	console.table(
		columns(({ msPerUpdate }, batchSize) =>
			network === 'mlp' ? digits(msPerUpdate) : `${Math.round((batchSize * 1000) / msPerUpdate)}`,
		),
	);
	console.log('Processor time of an update, milliseconds, medians');
	console.table(columns(({ processorMs }) => digits(processorMs)));
	console.log('How many times faster Basin is (best: of 1 and 2 threads, and of eager and compiled)');
	console.table(rows.map(ratioRow));
}

export function printBars(bars: readonly Bar[]): void {
	console.log();
	for (const { promise, held, missed } of bars) {
		console.log(held ? `held    ${promise}` : `missed  ${promise}: ${missed.join(', ')}`);
	}
}

function ratioRow({ batchSize, timesFaster, ofBareGemm }: Row) {
	const row: Record<string, string | number> = { B: batchSize };
	for (const [family, { oneThread, twoThreads, best }] of Object.entries(timesFaster)) {
		if (oneThread) row[`${family} 1`] = `${oneThread.toFixed(2)}×`;
		if (twoThreads) row[`${family} 2`] = `${twoThreads.toFixed(2)}×`;
		if (best) row[`${family} best`] = `${best.toFixed(2)}×`;
	}
	if (ofBareGemm) {
		row['of bare Gemm 1'] = `${Math.round(ofBareGemm.oneThread * 100)} %`;
		row['of bare Gemm 2'] = `${Math.round(ofBareGemm.twoThreads * 100)} %`;
	}
	return row;
}

const digits = (value: number) => value.toPrecision(3);
