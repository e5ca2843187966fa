import type { MetricsPoint } from '@basin/client';
import { formatCount, formatLoss, formatPercent, formatPercentTick, formatSeconds } from '../format/numbers.ts';

/** What a learning curve can show. */
export const measures = {
	valAccuracy: {
		label: 'Validation accuracy',
		read: (point: MetricsPoint) => point.valAccuracy,
		format: formatPercent,
		tick: formatPercentTick,
	},
	valError: {
		label: 'Validation error (1 − accuracy)',
		read: (point: MetricsPoint) => (point.valAccuracy === null ? null : 1 - point.valAccuracy),
		format: formatPercent,
		tick: formatPercentTick,
	},
	trainAccuracy: {
		label: 'Training accuracy',
		read: (point: MetricsPoint) => point.trainAccuracy,
		format: formatPercent,
		tick: formatPercentTick,
	},
	valLoss: {
		label: 'Validation loss',
		read: (point: MetricsPoint) => point.valLoss,
		format: formatLoss,
		tick: formatLoss,
	},
	trainLoss: {
		label: 'Training loss',
		read: (point: MetricsPoint) => point.trainLoss,
		format: formatLoss,
		tick: formatLoss,
	},
} as const satisfies Record<
	string,
	{
		label: string;
		read: (point: MetricsPoint) => number | null;
		format: (value: number) => string;
		tick: (value: number) => string;
	}
>;
export type Measure = keyof typeof measures;

/** What a curve runs along. `seconds` are those of the updates alone, added up. */
export const progresses = {
	epoch: { label: 'epoch', format: (value: number) => `epoch ${formatCount(value)}` },
	updates: { label: 'updates', format: (value: number) => `${formatCount(value)} updates` },
	seconds: { label: 'seconds of updates', format: formatSeconds },
} as const;
export type ProgressAxis = keyof typeof progresses;

export type Scale = 'linear' | 'log';

export type CurveChoice = {
	measure: Measure;
	/** Of the measure. */
	scale: Scale;
	along: ProgressAxis;
	alongScale: Scale;
	/** Share of the smoothed value that the one before it keeps: 0 is as measured. */
	smoothing: number;
};

export const defaultCurve: CurveChoice = {
	measure: 'valAccuracy',
	scale: 'linear',
	along: 'epoch',
	alongScale: 'linear',
	smoothing: 0,
};

/** A choice as an address holds it; null: the default. */
export function writeCurve({ measure, scale, along, alongScale, smoothing }: CurveChoice): string | null {
	const text = [measure, scale, along, alongScale, smoothing].join('~');
	return text === Object.values(defaultCurve).join('~') ? null : text;
}

/** The choice that an address holds; what cannot be read is as by default. */
export function readCurve(text: string | null): CurveChoice {
	const [measure, scale, along, alongScale, smoothing] = (text ?? '').split('~');
	const keep = Number(smoothing);
	return {
		measure: measure !== undefined && Object.hasOwn(measures, measure) ? (measure as Measure) : defaultCurve.measure,
		scale: scale === 'log' ? 'log' : 'linear',
		along: along !== undefined && Object.hasOwn(progresses, along) ? (along as ProgressAxis) : defaultCurve.along,
		alongScale: alongScale === 'log' ? 'log' : 'linear',
		smoothing: keep >= 0 && keep <= 0.95 ? keep : 0,
	};
}

/** One line: (progress, value) in order. */
export type Series = {
	id: string;
	name: string;
	points: [progress: number, value: number][];
	dashed: boolean;
	/** Undefined: the next of the palette. */
	color?: string | undefined;
};

/** The points that can be drawn: no value where the loss was not finite, and nothing at or below 0 on a log axis. */
export function pointsOf(metrics: readonly MetricsPoint[], choice: CurveChoice): [number, number][] {
	const { measure, scale, along, alongScale, smoothing } = choice;
	let seconds = 0;
	const points = metrics.flatMap((point): [number, number][] => {
		seconds += point.epochSeconds;
		const value = measures[measure].read(point);
		const progress = { epoch: point.epoch, updates: point.updates, seconds }[along];
		if (value === null || (alongScale === 'log' && progress <= 0)) return [];
		return [[progress, value]];
	});
	return smooth(points, smoothing).filter(([, value]) => scale === 'linear' || value > 0);
}

/** Exponential moving average, corrected for its start (as Adam's moments are), so that the first point stays. */
export function smooth(points: [number, number][], keep: number): [number, number][] {
	if (keep <= 0) return points;
	let average = 0;
	let weight = 0;
	return points.map(([progress, value]) => {
		average = keep * average + (1 - keep) * value;
		weight = keep * weight + (1 - keep);
		return [progress, average / weight];
	});
}
