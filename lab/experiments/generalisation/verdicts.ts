import { mean } from '@basin/core/domain/statistics.ts';
import type { Outcome, Verdict } from '../../findings.ts';
import { type Difference, pairedDifference, percent, points } from '../../statistics.ts';
import { type TrialResult, trialsAt } from '../../sweep-result.ts';
import type { Measured } from './measure.ts';
import { judgedEpsilon } from './networks.ts';

/** Training accuracies count as the same when the interval of their difference is within this share of 0. */
const matchedWithin = 0.005;
/** A training loss that falls by more than this part of 1 + f, the scale that Metric 2.1 measures in, has not ended. */
const plateauWithin = 0.01;

type Part = { outcome: Outcome; sentence: string };

/** What the parts of `Measured` that verdicts are made of. */
export type Judged = Pick<Measured, 'network' | 'sweep' | 'training' | 'sharpness'>;

/** L7 and L8, each over all networks. */
export function verdictsOf(measured: readonly Judged[]): (Verdict & { claim: string })[] {
	return [
		{
			claim: 'L7',
			...together(measured.map(gapOf)),
			rule: 'Of each network: holds when the paired 95 % interval of test accuracy, small less large batch, is above 0, and does not hold when it is below 0, provided that the training accuracies of the same weights match (the paired 95 % interval of their difference is within ±0.5 points) and both had reached a plateau (over seeds, the training loss fell from the third to the last quarter of the epochs by at most 1 % of 1 + loss); else unclear. Of all: what those that are not unclear agree on, else unclear.',
		},
		{
			claim: 'L8',
			...together(measured.map(sharperOf)),
			rule: 'Of each network: holds when the paired 95 % interval of log φ (Metric 2.1, full space, ε = 10⁻³), large less small batch, over at least 3 seeds is above 0, and does not hold when it is below 0, provided that both had reached a plateau as for L7; else unclear. Of all: what those that are not unclear agree on, else unclear.',
		},
	];
}

/** What the networks that can say agree on, else `unclear`; every part says its own. */
function together(parts: readonly Part[]): Part {
	const said = new Set(parts.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'unclear'));
	const [first] = said;
	return {
		outcome: first !== undefined && said.size === 1 ? first : 'unclear',
		sentence: parts.map(({ sentence }) => sentence).join(' '),
	};
}

function gapOf({ network, sweep, training }: Judged): Part {
	const [small, large] = bothOf({ network, sweep });
	const by = (trials: TrialResult[], of: (trial: TrialResult) => number | null | undefined) =>
		new Map(trials.flatMap((trial) => [[trial.seed, of(trial)]]).filter(hasNumber));
	const gap = pairedDifference(
		by(small, ({ testAccuracy }) => testAccuracy),
		by(large, ({ testAccuracy }) => testAccuracy),
	);
	const fit = pairedDifference(
		by(small, ({ trialId }) => training.get(trialId)),
		by(large, ({ trialId }) => training.get(trialId)),
	);
	if (gap === null || fit === null) return tooFew(network.name);
	const falling = fallingOf({ network, sweep });
	const isMatched = fit.low > -matchedWithin && fit.high < matchedWithin;
	const doubts = [...(isMatched ? [] : ['the training accuracies do not match']), ...falling];
	const outcome = doubts.length === 0 ? signOf(gap) : 'unclear';
	const numbers = `B = ${network.smallBatch} less B = ${network.largeBatch} is ${points(gap)} in test and ${points(fit)} in training accuracy`;
	return { outcome, sentence: sentenceOf(network.name, outcome, numbers, doubts) };
}

function sharperOf({ network, sweep, sharpness }: Judged): Part {
	const phis = (batchSize: number) =>
		sharpness.filter((one) => one.batchSize === batchSize && one.epsilon === judgedEpsilon && one.full > 0);
	const [small, large] = [phis(network.smallBatch), phis(network.largeBatch)];
	const logs = (of: typeof small) => new Map(of.map(({ seed, full }) => [seed, Math.log(full)]));
	const rise = pairedDifference(logs(large), logs(small));
	if (rise === null || rise.pairs < 3) return tooFew(network.name);
	const falling = fallingOf({ network, sweep });
	const outcome = falling.length === 0 ? signOf(rise) : 'unclear';
	const [middle, low, high] = [rise.mean, rise.low, rise.high].map((log) => Math.exp(log).toPrecision(3));
	const geometric = (of: typeof small) => Math.exp(mean([...logs(of).values()])).toPrecision(3);
	const numbers = `φ is ${geometric(small)} with B = ${network.smallBatch} and ${geometric(large)} with B = ${network.largeBatch} (geometric means), ${middle} [${low}, ${high}] times as much${subspaceText(small, large)}`;
	return { outcome, sentence: sentenceOf(network.name, outcome, numbers, falling) };
}

/** The subspace is measured for one seed, which no rule can judge, and may say the contrary: the reader is told. */
function subspaceText(small: Judged['sharpness'], large: Judged['sharpness']): string {
	const [one, other] = [small, large].map((of) => of.find(({ subspace }) => subspace !== null));
	if (one === undefined || other === undefined) return '';
	return `; in a random subspace, of one seed and not judged, ${one.subspace!.toPrecision(3)} and ${other.subspace!.toPrecision(3)}`;
}

function sentenceOf(name: string, outcome: Outcome, numbers: string, doubts: readonly string[]): string {
	const found = { holds: 'holds', 'does-not-hold': 'does not hold', unclear: 'unclear' }[outcome];
	const because = doubts.length === 0 ? '' : `, since ${doubts.join(' and ')}`;
	return `${name}, ${found}${because}: ${numbers}.`;
}

function signOf({ low, high }: Difference): Outcome {
	if (low > 0) return 'holds';
	return high < 0 ? 'does-not-hold' : 'unclear';
}

const tooFew = (name: string): Part => ({
	outcome: 'unclear',
	sentence: `${name}, unclear: too few trials ended to compare the two batch sizes.`,
});

type Swept = Pick<Measured, 'network' | 'sweep'>;

const bothOf = ({ network, sweep }: Swept) =>
	[trialsAt(sweep, { batchSize: network.smallBatch }), trialsAt(sweep, { batchSize: network.largeBatch })] as const;

/** A sentence for each batch size whose training loss had not ended to fall. */
function fallingOf(swept: Swept): string[] {
	return bothOf(swept).flatMap((trials) => {
		const fall = fallOf(trials);
		if (fall !== null && fall <= plateauWithin) return [];
		const batchSize = trials[0]?.batchSize;
		return [`the loss of B = ${batchSize} still fell, by ${percent(fall ?? Number.NaN, 1)} of 1 + loss`];
	});
}

/** Over trials, (L₃ − L₄) / (1 + L₄) of the mean training losses of the last two quarters of the epochs; null where there are none. */
export function fallOf(trials: readonly TrialResult[]): number | null {
	const quarters = trials.map(({ epochs }) => {
		const losses = epochs.map(({ trainLoss }) => trainLoss ?? Number.POSITIVE_INFINITY);
		const quarter = Math.max(1, Math.floor(losses.length / 4));
		return { before: losses.slice(-2 * quarter, -quarter), last: losses.slice(-quarter) };
	});
	if (quarters.length === 0 || quarters.some(({ before }) => before.length === 0)) return null;
	const [before, last] = [mean(quarters.map((one) => mean(one.before))), mean(quarters.map((one) => mean(one.last)))];
	return (before - last) / (1 + last);
}

function hasNumber(entry: (number | null | undefined)[]): entry is [number, number] {
	return typeof entry[1] === 'number';
}
