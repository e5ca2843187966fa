import { mean, median, quantile } from '@basin/core/domain/statistics.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Experiment, LabContext, Size } from '../experiment.ts';
import type { Figure, Table, Verdict } from '../findings.ts';

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
		const { provider } = await context.openEngine();
		return {
			verdicts: [{ claim: 'L3, L4', ...verdictOf(timings, provider) }],
			figures: [updateFigure(timings), epochFigure(timings)],
			tables: [timingTable(timings)],
			caveats: [
				'The lecture measured a V100: flat up to B = 1,000, and 60,000 updates of B = 1 in about a hundred times the time of 60 updates of B = 1,000. The flat part is a GPU’s; a processor core has nothing idle to fill.',
				'Whatever else this machine does while it measures is in the numbers; medians and quartiles keep most of it out.',
			],
			sweeps: [],
		};
	},
};

async function measure({ openEngine, loadDataset, say, signal, size }: LabContext): Promise<Timing[]> {
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
		const seconds: number[] = [];
		const isEnough = () => {
			const isLong = mean(seconds) * seconds.length * updatesPerRound >= least.seconds;
			return seconds.length >= least.rounds && (isLong || seconds.length * updatesPerRound >= least.updates);
		};
		for (let round = 1; seconds.length === 0 || !isEnough(); round++) {
			const order = epochOrder(everyRow, 0, round).slice(0, rowsPerEpoch);
			const output = await program.runEpoch({ state, rows, order, eta: 0.01, seed: 0, epoch: round });
			state = output.state;
			if (round > warmUpRounds) seconds.push(output.seconds / updatesPerRound);
		}
		const updatesPerEpoch = Math.ceil(examples / batchSize);
		const update = { median: median(seconds), low: quantile(seconds, 0.25), high: quantile(seconds, 0.75) };
		timings.push({
			...{ batchSize, updates: seconds.length * updatesPerRound, update },
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

export function verdictOf(timings: readonly Timing[], provider: string): Verdict {
	const at = (size: number) => timings.find(({ batchSize }) => batchSize === size)!;
	const ratio = at(1).epochSeconds / at(1000).epochSeconds;
	const flat = flatUpTo(timings);
	const rule =
		'L4 holds when an epoch of B = 1 takes longer than one of B = 1,000, quartiles apart. L3 (flat up to about 1,000) holds when an update of B = 1,000 takes at most twice as long as one of B = 1; it is a statement about GPUs.';
	const isSlower = at(1).update.low * 60_000 > at(1000).update.high * 60;
	const sentence =
		`On ${provider}, an epoch takes ${at(1).epochSeconds.toPrecision(3)} s with B = 1 and ${at(1000).epochSeconds.toPrecision(3)} s with B = 1,000, ${ratio.toFixed(1)} times as long. ` +
		`An update takes at most twice the time of B = 1 up to B = ${flat}${flat >= 1000 ? '' : ': the flat part that the lecture saw on a V100 is not there on this device'}.`;
	if (!isSlower) return { outcome: ratio < 1 ? 'does-not-hold' : 'unclear', sentence, rule };
	return { outcome: flat >= 1000 || provider === 'cpu' ? 'holds' : 'does-not-hold', sentence, rule };
}

function updateFigure(timings: readonly Timing[]): Figure {
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
			'Median over rounds; bars are quartiles. Dashed: what the lecture says of a GPU, flat up to B = 1,000, from this device’s own B = 1.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'time per update', unit: 's', scale: 'log' },
		series: [
			{ name: 'this device', points, draw: 'line and points' },
			{ name: 'flat to B = 1,000', points: flat, draw: 'dashed' },
		],
	};
}

function epochFigure(timings: readonly Timing[]): Figure {
	const seriesOf = (name: string, extrapolated: boolean) => ({
		name,
		draw: extrapolated ? ('hollow points' as const) : ('line and points' as const),
		group: 'epoch',
		points: timings
			.filter((one) => one.extrapolated === extrapolated)
			.map(({ batchSize, update, epochSeconds }) => {
				const updates = Math.ceil(examples / batchSize);
				return { x: batchSize, y: epochSeconds, low: update.low * updates, high: update.high * updates };
			}),
	});
	return {
		id: 'epoch-seconds',
		title: 'Time of an epoch against B',
		caption:
			'60,000 images, medians with quartiles. Extrapolated: the median update times the updates of an epoch, where a round was shorter than an epoch.',
		x: { label: 'batch size B', scale: 'log' },
		y: { label: 'time per epoch', unit: 's', scale: 'log' },
		series: [seriesOf('extrapolated', true), seriesOf('measured whole', false)],
	};
}

function timingTable(timings: readonly Timing[]): Table {
	const ms = (seconds: number) => Number((seconds * 1000).toPrecision(3));
	return {
		title: 'Times on one thread',
		columns: ['B', 'updates measured', 'ms an update', 'quartiles', 's an epoch', ''],
		rows: timings.map(({ batchSize, updates, update, epochSeconds, extrapolated }) => [
			...[batchSize, updates, ms(update.median), `${ms(update.low)} to ${ms(update.high)}`],
			...[Number(epochSeconds.toPrecision(3)), extrapolated ? 'extrapolated' : ''],
		]),
	};
}
