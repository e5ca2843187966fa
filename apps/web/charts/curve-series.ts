import type { MetricsPoint } from '@basin/cli/client.ts';
import { formatLoss, formatPercent, formatPercentTick } from '../format/numbers.ts';

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

export type Scale = 'linear' | 'log';

/** One line: (epoch, value) in order. */
export type Series = { id: string; name: string; points: [epoch: number, value: number][]; dashed: boolean };

/** The points that can be drawn: no value where the loss was not finite, and none at or below 0 on a log axis. */
export function pointsOf(metrics: MetricsPoint[], measure: Measure, scale: Scale): [number, number][] {
	return metrics.flatMap((point): [number, number][] => {
		const value = measures[measure].read(point);
		if (value === null || (scale === 'log' && value <= 0)) return [];
		return [[point.epoch, value]];
	});
}
