import type { GateComparison, GateInput, GateVerdict } from '../contracts/gates.ts';
import type { Draft } from './gate.ts';
import { devicesOf, differences, type GateSide } from './gate-sides.ts';
import { excessOf } from './significance.ts';

/** Why a comparison got its verdict, in a sentence. */
export function reasonOf(
	draft: Draft,
	verdict: GateVerdict,
	change: number | null,
	adjustedPValue: number | null,
): string {
	if (change === null || draft.test === null) return whyUnclear(draft);
	const { baselineMean, sweepMean } = draft.test;
	const p = pText(adjustedPValue ?? 1);
	if (verdict === 'regression') return `Beyond the margin, and the seeds do not scatter that much (${p}).`;
	const isWorse = draft.margin.bad === 'drop' ? change < 0 : change > 0;
	if (!isWorse) return 'Not worse.';
	if (excessOf(draft.margin, baselineMean, sweepMean) <= 0) return 'Within the margin.';
	return `Beyond the margin, but not by more than the seeds scatter (${p}).`;
}

function whyUnclear({ rule: { metric }, match, sweep, baseline, device, margin }: Draft): string {
	if (margin.bad === 'rise' && device === null) {
		const [own, theirs] = [match.sweep, match.baseline].map((side) => [...devicesOf(side).keys()].join(', ') || 'none');
		return `Times of different devices are not compared: ${own} here, ${theirs} in the baseline.`;
	}
	for (const [values, side] of [
		[sweep, 'sweep'],
		[baseline, 'baseline'],
	] as const) {
		if (values.size > 0) continue;
		const hint = metric === 'testAccuracy' ? ': with `"validation": "test"` there is none' : '';
		return `The ${side} has no ${metric} of this configuration${hint}.`;
	}
	const [before, after] = [...baseline.values(), ...sweep.values()] as [number, number];
	const isBeyond = excessOf(margin, before, after) > 0;
	return `${isBeyond ? 'Beyond the margin, but one' : 'One'} seed on each side cannot tell a change from chance: give the spec more \`seeds\`.`;
}

/** `p = 0.21`, `p = 0.0042`, `p < 0.0001`. */
function pText(p: number): string {
	return p < 0.0001 ? 'p < 0.0001' : `p = ${Number(p.toPrecision(2))}`;
}

/** What a reader has to know of the whole comparison. */
export function notesOf(facts: {
	input: Pick<GateInput, 'compare' | 'inconclusive'>;
	sweep: GateSide;
	baseline: GateSide;
	comparisons: GateComparison[];
	shared: number;
	configurations: { sweep: number; baseline: number };
}): string[] {
	const { input, sweep, baseline, comparisons } = facts;
	const notes: string[] = [];
	const different = differences(sweep, baseline);
	if (different.length > 0) notes.push(`The sweep and the baseline differ in: ${different.join(', ')}.`);
	const grids = gridNote(facts);
	if (grids !== null) notes.push(grids);
	const missing = sweep.trials.filter(({ state, reason }) => state !== 'succeeded' && !isOwnFailure(state, reason));
	if (missing.length > 0)
		notes.push(
			`${missing.length} of the sweep’s ${sweep.trials.length} trials have no result (cancelled, or the infrastructure failed) and are left out.`,
		);
	if (comparisons.every(({ verdict }) => verdict === 'inconclusive'))
		notes.push(
			`Nothing could be compared${input.inconclusive === 'pass' ? ', so nothing was checked; `inconclusive: "fail"` would fail here' : ''}.`,
		);
	return notes;
}

const isOwnFailure = (state: string, reason: string | null) => state === 'failed' && reason !== 'infrastructure';

function gridNote({
	input,
	shared,
	configurations: { sweep, baseline },
}: Parameters<typeof notesOf>[0]): string | null {
	if (shared === sweep && shared === baseline) return null;
	if (input.compare === 'each')
		return `Only the ${shared} shared configurations are compared, of ${sweep} in the sweep and ${baseline} in the baseline.`;
	const luck = sweep === baseline ? '' : ': the best of more is higher by chance alone';
	return `The grids differ (${shared} configurations shared); the best is of ${sweep} in the sweep and of ${baseline} in the baseline${luck}.`;
}
