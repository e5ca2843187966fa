import { BasinError } from '../contracts/errors.ts';
import type { GateComparison, GateInput, GateReport, GateRule, LostSeed } from '../contracts/gates.ts';
import { bestOf, type Contender, contendersOf, devicesOf, type GateSide, valuesOf } from './gate-sides.ts';
import { notesOf, reasonOf } from './gate-text.ts';
import {
	allowedChange,
	type BySeed,
	type ChangeTest,
	holm,
	type Margin,
	seenFrom,
	testChange,
} from './significance.ts';
import { mean } from './statistics.ts';

/** For the API's description; the functions below are these rules. */
export const gateRules = `A regression is a change that exceeds its margin and that the scatter over seeds does not \
explain: a one-sided t-test of "the change is within the margin", rejected at \`alpha\`. So noise alone fails a gate in at most \
\`alpha\` of all cases, and what too few seeds cannot show passes, with the change that would have been seen. The test is paired \
by seed where each seed of the smaller side is on the other one too, else Welch's; p-values of several comparisons are adjusted by \
Holm. \`best\` compares the best configuration of each side (for times: the sweep's best one with the same one of the baseline, \
if it has it), \`each\` every configuration that both have and their mean. Times are compared on one device only. A seed that failed where \
the baseline's succeeded is a regression without a test, unless the infrastructure failed. What cannot be compared (one seed \
on both sides, another device, no such metric) is \`inconclusive\` and passes unless asked otherwise.`;

/** What is compared with what: one contender a side, or the same several on both. */
interface Match {
	sweep: Contender[];
	baseline: Contender[];
}

/** A comparison before it is known how many there are. */
export interface Draft {
	rule: GateRule;
	margin: Margin;
	match: Match;
	/** Where times were measured; null for accuracies, and when the sides share no device. */
	device: string | null;
	sweep: BySeed;
	baseline: BySeed;
	test: ChangeTest | null;
}

/**
 * Judges an ended sweep against what it should not be worse than; see `gateRules`.
 * @throws BasinError `not_comparable` when the data sets differ, a side has no success, or `each` has nothing to compare
 */
export function judge(input: GateInput, sweep: GateSide, baseline: GateSide): Omit<GateReport, 'baseline'> {
	refuseIncomparable(sweep, baseline);
	const sides = { sweep: contendersOf(sweep), baseline: contendersOf(baseline) };
	const shared = [...sides.sweep.values()].flatMap((contender): Match[] => {
		const same = sides.baseline.get(contender.hash);
		return same ? [{ sweep: [contender], baseline: [same] }] : [];
	});
	if (input.compare === 'each' && shared.length === 0) {
		throw incomparable('The sweep and the baseline share no configuration: compare the best ones instead.');
	}
	const best = { sweep: bestOf(sides.sweep.values())!, baseline: bestOf(sides.baseline.values())! };
	const matchesOf = (rule: GateRule) =>
		input.compare === 'each' ? [...pooled(shared), ...shared] : [bestMatch(rule, best, sides.baseline)];
	const drafts = input.metrics.flatMap((rule) => matchesOf(rule).map((match) => draft(rule, match, sweep, baseline)));
	const comparisons = conclude(drafts, input.alpha);
	const lostSeeds = (input.compare === 'each' ? shared : bestMatches(best, sides.sweep)).flatMap(lostSeedsOf);
	return {
		verdict: verdictOf(comparisons, lostSeeds, input.inconclusive),
		sweepId: sweep.sweepId,
		compare: input.compare,
		alpha: input.alpha,
		comparisons,
		lostSeeds,
		notes: notesOf({ input, sweep, baseline, comparisons, shared: shared.length, configurations: sizesOf(sides) }),
	};
}

function refuseIncomparable(sweep: GateSide, baseline: GateSide): void {
	const [own, theirs] = [sweep.training.dataset.name, baseline.training.dataset.name];
	if (own !== theirs) throw incomparable(`The sweep trains on ${own} and the baseline on ${theirs}.`);
	for (const side of [sweep, baseline]) {
		if (bestOf(contendersOf(side).values()) === null)
			throw incomparable(`No trial of ${side.sweepId} succeeded: there is nothing to compare.`);
	}
}

const incomparable = (sentence: string) => new BasinError('not_comparable', sentence);

function sizesOf(sides: Record<'sweep' | 'baseline', Map<string, Contender>>) {
	return { sweep: sides.sweep.size, baseline: sides.baseline.size };
}

type Best = Record<'sweep' | 'baseline', Contender>;

/**
 * Best against best is fair: each is its side's luckiest, so under noise alone neither is favoured. Following the baseline's best
 * into the sweep is not: it was picked for its luck. For times the pick does not matter, and another batch size would.
 */
function bestMatch(rule: GateRule, best: Best, baseline: Map<string, Contender>): Match {
	const same = 'maxRise' in rule ? baseline.get(best.sweep.hash) : undefined;
	return { sweep: [best.sweep], baseline: [same ?? best.baseline] };
}

/** Where seeds that were lost count: in the best of each, and in what the best was. */
function bestMatches(best: Best, sweep: Map<string, Contender>): Match[] {
	const before = sweep.get(best.baseline.hash);
	const matches: Match[] = [{ sweep: [best.sweep], baseline: [best.baseline] }];
	if (before !== undefined && before !== best.sweep) matches.push({ sweep: [before], baseline: [best.baseline] });
	return matches;
}

/** All shared configurations of which every seed succeeded, as one: their mean scatters less than each of them. */
function pooled(shared: Match[]): Match[] {
	const whole = shared.filter((match) =>
		[...match.sweep, ...match.baseline].every(({ trials }) => trials.every(({ state }) => state === 'succeeded')),
	);
	if (whole.length < 2) return [];
	return [{ sweep: whole.flatMap(({ sweep }) => sweep), baseline: whole.flatMap(({ baseline }) => baseline) }];
}

function draft(rule: GateRule, match: Match, sweep: GateSide, baseline: GateSide): Draft {
	const isTime = 'maxRise' in rule;
	const margin: Margin = { bad: isTime ? 'rise' : 'drop', ...amountOf(isTime ? rule.maxRise : rule.maxDrop) };
	const device = isTime ? commonDevice(match) : null;
	const read = (contenders: Contender[]) =>
		isTime && device === null ? new Map<number, number>() : valuesOf(contenders, rule.metric, device);
	const values = { sweep: read(match.sweep), baseline: read(match.baseline) };
	const resolution = isTime ? 0 : resolutionOf(rule.metric, sweep, baseline) / match.sweep.length;
	return {
		rule,
		margin,
		match,
		device,
		...values,
		test: testChange(values.baseline, values.sweep, margin, resolution),
	};
}

function amountOf(limit: number | string): Pick<Margin, 'absolute' | 'relative'> {
	return typeof limit === 'number'
		? { absolute: limit, relative: 0 }
		: { absolute: 0, relative: Number(limit.slice(0, -1)) / 100 };
}

/** 1/n of the smaller number of examples; 0 when neither is known. */
function resolutionOf(metric: GateRule['metric'], ...sides: GateSide[]): number {
	const sizes = sides.map((side) => (metric === 'testAccuracy' ? side.testSize : side.validationSize));
	return Math.max(0, ...sizes.map((size) => (size === null ? 0 : 1 / size)));
}

/** The device with results on both sides; the one with most, if there are several. */
function commonDevice({ sweep, baseline }: Match): string | null {
	const theirs = devicesOf(baseline);
	const common = [...devicesOf(sweep)].flatMap(([key, count]) => {
		const other = theirs.get(key);
		return other === undefined ? [] : [{ key, count: Math.min(count, other) }];
	});
	common.sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1));
	return common[0]?.key ?? null;
}

function conclude(drafts: Draft[], alpha: number): GateComparison[] {
	const tested = drafts.filter(({ test }) => test !== null);
	const adjusted = holm(tested.map(({ test }) => test!.pValue));
	const adjustedOf = new Map(tested.map((one, i) => [one, adjusted[i]!] as const));
	return drafts.map((one) => {
		const adjustedPValue = adjustedOf.get(one) ?? null;
		const verdict = adjustedPValue === null ? 'inconclusive' : adjustedPValue <= alpha ? 'regression' : 'ok';
		const measured = measuresOf(one);
		return {
			metric: one.rule.metric,
			configuration: configurationOf(one.match.sweep),
			baselineConfiguration: configurationOf(one.match.baseline),
			verdict,
			reason: reasonOf(one, verdict, measured.change, adjustedPValue),
			...measured,
			seenFrom: one.test === null ? null : seenFrom(one.margin, one.test, alpha / tested.length),
			test: one.test?.kind ?? 'none',
			seeds: one.test?.seeds ?? { sweep: one.sweep.size, baseline: one.baseline.size },
			pValue: one.test?.pValue ?? null,
			adjustedPValue,
			device: one.device,
		};
	});
}

function configurationOf(contenders: Contender[]): GateComparison['configuration'] {
	return contenders.length === 1 ? contenders[0]!.configuration : null;
}

/** The means that were tested, or of what there is when nothing could be. */
function measuresOf({ test, sweep, baseline, margin }: Draft) {
	const meanOf = (values: BySeed) => (values.size === 0 ? null : mean([...values.values()]));
	const baselineMean = test?.baselineMean ?? meanOf(baseline);
	const sweepMean = test?.sweepMean ?? meanOf(sweep);
	return {
		baselineMean,
		sweepMean,
		change: baselineMean === null || sweepMean === null ? null : sweepMean - baselineMean,
		allowedChange: baselineMean === null ? null : allowedChange(margin, baselineMean),
	};
}

/** Seeds that failed where the same seed of the baseline succeeded, or, if it has not run that seed, where none failed. */
function lostSeedsOf({ sweep, baseline }: Match): LostSeed[] {
	const before = baseline[0]!.trials;
	const noneFailed = !before.some(({ state }) => state === 'failed');
	return sweep[0]!.trials.flatMap(({ configuration, seed, state, reason }) => {
		if (state !== 'failed' || reason === null || reason === 'infrastructure') return [];
		const same = before.find((trial) => trial.seed === seed);
		const isLost = same === undefined ? noneFailed : same.state === 'succeeded';
		return isLost ? [{ configuration, seed, reason }] : [];
	});
}

function verdictOf(
	comparisons: GateComparison[],
	lostSeeds: LostSeed[],
	inconclusive: GateInput['inconclusive'],
): GateReport['verdict'] {
	if (lostSeeds.length > 0 || comparisons.some(({ verdict }) => verdict === 'regression')) return 'regression';
	const isUnclear = comparisons.some(({ verdict }) => verdict === 'inconclusive');
	return isUnclear && inconclusive === 'fail' ? 'inconclusive' : 'passed';
}
