import type { GateComparison, GateReport } from '@basin/client';
import { compactNumber, configurationText, percent } from '../format.ts';

/** A comparison as texts, the same in a terminal, a table of Markdown and a test report. Accuracies in percent, times in seconds. */
export type GateCells = {
	metric: string;
	configuration: string;
	baseline: string;
	sweep: string;
	change: string;
	allowed: string;
	/** The change from which a regression would be seen. */
	seenFrom: string;
	p: string;
	verdict: string;
};

const none = '–';

export function cellsOf(comparison: GateComparison): GateCells {
	const { metric, baselineMean, sweepMean, change, allowedChange, seenFrom, adjustedPValue, verdict } = comparison;
	const isAccuracy = metric === 'valAccuracy' || metric === 'testAccuracy';
	const valueText = (value: number | null) =>
		value === null ? none : isAccuracy ? percent(value) : compactNumber(value);
	return {
		metric: `${metric} (${isAccuracy ? '%' : 's'})`,
		configuration: configurationsText(comparison),
		baseline: valueText(baselineMean),
		sweep: valueText(sweepMean),
		change: signed(change, valueText),
		allowed: signed(allowedChange, valueText),
		seenFrom: signed(seenFrom, valueText),
		p: adjustedPValue === null ? none : pText(adjustedPValue),
		verdict,
	};
}

/** `B 100, η 0.1, λ 0`, `… (was B 50, …)` when the best is another one now, or the mean of all. */
export function configurationsText({ configuration, baselineConfiguration }: GateComparison): string {
	if (configuration === null) return 'mean of all shared';
	const [now, before] = [configuration, baselineConfiguration ?? configuration].map(configurationText) as [
		string,
		string,
	];
	return now === before ? now : `${now} (was ${before})`;
}

function signed(value: number | null, text: (value: number) => string): string {
	if (value === null) return none;
	const size = text(Math.abs(value));
	return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}

function pText(p: number): string {
	return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

/** `swp_… against the baseline main (swp_…)`. */
export function subjectText({ sweepId, baseline }: GateReport): string {
	return baseline.name === null
		? `${sweepId} against ${baseline.sweepId}`
		: `${sweepId} against the baseline ${baseline.name} (${baseline.sweepId})`;
}

/** One sentence for the whole. */
export function verdictText({ verdict, comparisons, lostSeeds }: GateReport): string {
	if (verdict === 'passed') return 'No regression.';
	if (verdict === 'inconclusive') return 'Some comparisons could not be made, and that is asked to fail.';
	const worse = comparisons.filter((comparison) => comparison.verdict === 'regression');
	const parts = [...new Set(worse.map(({ metric }) => `${metric} got worse`))];
	if (lostSeeds.length > 0) parts.push(`${lostSeeds.length} of the seeds failed that had succeeded`);
	return `Regression: ${parts.join(', ')}.`;
}

/** What failed where the baseline succeeded, a sentence each, and the last for those beyond `limit`. */
export function lostSeedTexts({ lostSeeds }: GateReport, limit = Number.POSITIVE_INFINITY): string[] {
	const texts = lostSeeds
		.slice(0, limit)
		.map(
			({ configuration, seed, reason }) =>
				`${configurationText(configuration)}, seed ${seed} failed (${reason}); in the baseline it succeeded.`,
		);
	const more = lostSeeds.length - texts.length;
	return more > 0 ? [...texts, `… and ${more} more seeds that failed.`] : texts;
}
