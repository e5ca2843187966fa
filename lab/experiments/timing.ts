import { cpus } from 'node:os';
import { mean, median, quantile } from '@basin/core/domain/statistics.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Engine } from '@basin/gpu-worker/engines/port.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Findings, Table } from '../findings.ts';

const batchSizes = [1, 10, 100, 1000, 10_000, 60_000];
const examples = 60_000;

/** A point has at least so many rounds, and then so many updates or seconds. */
const effort: Record<Size, { rounds: number; seconds: number; updates: number }> = {
	quick: { rounds: 7, seconds: 1, updates: 200 },
	full: { rounds: 25, seconds: 5, updates: 1000 },
};
const warmUpRounds = 2;
/** A round is an epoch, or so many updates of it: a call of the runtime (half a millisecond) must not count. */
const updatesOfARound = 6000;

/** What the lecture says of its V100: all 60,000 images in one update, which is an epoch, within ten seconds. */
const lectureBound = {
	name: 'lecture, V100: upper bound',
	points: [{ x: examples, y: 10 }],
	draw: 'hollow points' as const,
};

export type Timing = {
	batchSize: number;
	updates: number;
	/** Seconds of one update: median and quartiles over the rounds. */
	update: { median: number; low: number; high: number };
	/** Of 60,000 images; extrapolated from fewer updates where an epoch was not run whole. */
	epochSeconds: number;
	extrapolated: boolean;
};

export const timing: Experiment = {
	id: 'timing',
	claims: ['L3', 'L4'],
	title: 'Time per update, time per epoch',
	claim:
		'On a GPU the time of an update is nearly the same from B = 1 to about 1,000, since its cores work side by side, and grows after that. So an epoch of small batches, which has ' +
		'many updates, is slower: 60,000 updates against 60.',
	method: {
		quick:
			'MNIST, 784-128-10, momentum: B = 1, 10, 100, 1000, 10,000 and 60,000 on 60,000 images, one at a time on one thread; at least 200 updates or one second a point, the first rounds dropped.',
		full: 'At least 1,000 updates or five seconds a point.',
	},
	seconds: { quick: 20, full: 90 },
	async run(context) {
		const timings = await measure(context);
		const device = deviceOf(await context.openEngine());
		return {
			verdicts: verdictsOf(timings, device),
			figures: [updateFigure(timings, device), epochFigure(timings, device)],
			tables: [timingTable(timings, device)],
			caveats: [
				'The lecture measured a V100, flat up to B = 1,000, with 60,000 images in one update within 10 s. The flat part is a GPU’s: a processor core has little that is idle to fill.',
				'Whatever else this machine does while it measures is in the numbers; medians and quartiles keep most of it out.',
			],
			sweeps: [],
		};
	},
};

/** Such as `AMD EPYC 7763, 1 thread`, or the provider where it is no processor. */
function deviceOf({ provider, threads }: Engine): string {
	const name = provider === 'cpu' ? (cpus()[0]?.model.trim() ?? process.arch) : provider;
	return `${name}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** One batch size after another: rounds of updates on one thread, the first ones dropped. */
export async function measure({ openEngine, loadDataset, say, signal, size }: LabContext): Promise<Timing[]> {
	const [engine, dataset] = [await openEngine(), await loadDataset('mnist')];
	const architecture = resolveArchitecture({ preset: 'mlp', hidden: [128], activation: 'relu' }, dataset);
	const rows = dataset.train;
	const everyRow = Int32Array.from({ length: examples }, (_, row) => row);
	const least = effort[size];
	const timings: Timing[] = [];
	for (const batchSize of batchSizes) {
		signal.throwIfAborted();
		const updatesPerRound = Math.min(Math.floor(examples / batchSize), updatesOfARound);
		const rowsPerEpoch = updatesPerRound * batchSize;
		const optimizer = { kind: 'momentum', lambda: 0.9 } as const;
		const loss = { kind: 'softmaxCrossEntropy' } as const;
		const program = await engine.compile({ architecture, loss, optimizer, batchSize, rowsPerEpoch });
		let state = program.initialState(0);
		const perUpdate: number[] = [];
		const isEnough = () => {
			const isLong = mean(perUpdate) * perUpdate.length * updatesPerRound >= least.seconds;
			return perUpdate.length >= least.rounds && (isLong || perUpdate.length * updatesPerRound >= least.updates);
		};
		for (let round = 1; perUpdate.length === 0 || !isEnough(); round++) {
			const order = epochOrder(everyRow, 0, round).slice(0, rowsPerEpoch);
			const output = await program.runEpoch({ state, rows, order, eta: 0.01, seed: 0, epoch: round });
			state = output.state;
			if (round > warmUpRounds) perUpdate.push(output.seconds / updatesPerRound);
		}
		const updatesPerEpoch = Math.ceil(examples / batchSize);
		const update = { median: median(perUpdate), low: quantile(perUpdate, 0.25), high: quantile(perUpdate, 0.75) };
		timings.push({
			...{ batchSize, updates: perUpdate.length * updatesPerRound, update },
			epochSeconds: update.median * updatesPerEpoch,
			extrapolated: updatesPerRound < updatesPerEpoch,
		});
		say(`B = ${batchSize}: ${(update.median * 1000).toPrecision(3)} ms an update`);
	}
	return timings;
}

/** The largest B whose update takes at most twice as long as that of B = 1. */
export function flatUpTo(timings: readonly Timing[]): number {
	const [first] = timings;
	return Math.max(
		...timings.filter(({ update }) => update.median <= 2 * first!.update.median).map(({ batchSize }) => batchSize),
	);
}

export function verdictsOf(timings: readonly Timing[], device: string): Findings['verdicts'] {
	const at = (size: number) => timings.find(({ batchSize }) => batchSize === size)!;
	const [one, thousand] = [at(1), at(1000)];
	const flat = flatUpTo(timings);
	const times = thousand.update.median / one.update.median;
	const isFlat = thousand.update.high <= 2 * one.update.low;
	const isSteep = thousand.update.low > 2 * one.update.high;
	const [oneEpoch, thousandEpoch] = [epochOf(one), epochOf(thousand)];
	const isSlower = oneEpoch.low > thousandEpoch.high;
	const isFaster = oneEpoch.high < thousandEpoch.low;
	return [
		{
			claim: 'L3',
			outcome: isFlat ? 'holds' : isSteep ? 'does-not-hold' : 'unclear',
			sentence:
				`On this device (${device}) an update of B = 1,000 takes ${times.toPrecision(3)} times as long as one of B = 1 (${ms(thousand.update.median)} against ${ms(one.update.median)} ms); ` +
				`at most twice the time of B = 1 is kept up to B = ${flat}. The claim is about GPUs.`,
			rule: 'Holds when the upper quartile of B = 1,000 is at most twice the lower one of B = 1; does not hold when its lower quartile is above twice the upper one of B = 1.',
		},
		{
			claim: 'L4',
			outcome: isSlower ? 'holds' : isFaster ? 'does-not-hold' : 'unclear',
			sentence: `On this device an epoch of 60,000 images takes ${seconds(oneEpoch.y)} s with B = 1 and ${seconds(thousandEpoch.y)} s with B = 1,000, ${(oneEpoch.y / thousandEpoch.y).toFixed(1)} times as long.`,
			rule: 'Holds when the quartiles of the epoch of B = 1 lie above those of B = 1,000; does not hold when they lie below.',
		},
	];
}

const ms = (value: number) => Number((value * 1000).toPrecision(3));
const seconds = (value: number) => Number(value.toPrecision(3));

/** Seconds of an epoch, as a point of the figure. */
function epochOf({ batchSize, update, epochSeconds }: Timing) {
	const updates = Math.ceil(examples / batchSize);
	return { x: batchSize, y: epochSeconds, low: update.low * updates, high: update.high * updates };
}

function updateFigure(timings: readonly Timing[], device: string): Figure {
	const points = timings.map(({ batchSize, update }) => ({
		x: batchSize,
		y: update.median,
		low: update.low,
		high: update.high,
	}));
	const [first] = timings;
	const flat = [1, 1000].map((x) => ({ x, y: first!.update.median }));
	return {
		id: 'update-seconds',
		title: 'Time of one update against B',
		caption:
			'Median over rounds; bars are quartiles. Dashed: what the lecture says of a GPU, flat up to B = 1,000, from this device’s own B = 1; its 60,000 images within 10 s are an upper bound, without a bar.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'time per update', unit: 's', scale: 'log' },
		series: [
			{ name: device, points, draw: 'line and points' },
			{ name: 'flat to B = 1,000', points: flat, draw: 'dashed' },
			lectureBound,
		],
	};
}

function epochFigure(timings: readonly Timing[], device: string): Figure {
	const seriesOf = (name: string, extrapolated: boolean) => ({
		...{ name: `${device}: ${name}`, group: device },
		draw: extrapolated ? ('hollow points' as const) : ('line and points' as const),
		points: timings.filter((one) => one.extrapolated === extrapolated).map(epochOf),
	});
	return {
		id: 'epoch-seconds',
		title: 'Time of an epoch against B',
		caption:
			'60,000 images, medians with quartiles. Extrapolated: the median update times the updates of an epoch, where a round was shorter than an epoch. The lecture’s point is its statement on 60,000 images in one update, an upper bound without a bar.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'time per epoch', unit: 's', scale: 'log' },
		series: [seriesOf('extrapolated', true), seriesOf('measured whole', false), lectureBound],
	};
}

function timingTable(timings: readonly Timing[], device: string): Table {
	return {
		title: `Times on ${device}`,
		columns: ['B', 'updates measured', 'ms an update', 'quartiles', 's an epoch', ''],
		rows: timings.map(({ batchSize, updates, update, epochSeconds, extrapolated }) => [
			...[batchSize, updates, ms(update.median), `${ms(update.low)} to ${ms(update.high)}`],
			...[seconds(epochSeconds), extrapolated ? 'extrapolated' : ''],
		]),
	};
}
