import { Findings, LabExperiment, LabSize } from '@basin/core/contracts/lab.ts';
import { formatDuration } from '@basin/web/format/numbers.ts';
import { z } from 'zod';
import { experiments } from '../catalogue.ts';

/** When, on what and by what an experiment was run. */
const Run = z.object({
	/** What was typed. */
	command: z.string(),
	startedAt: z.iso.datetime(),
	seconds: z.number(),
	device: z.string(),
	versions: z.record(z.string(), z.string()),
});
export type Run = z.infer<typeof Run>;

/** One experiment and what came of it: findings, or the sentence that says why there are none. */
const Entry = z.object({
	experiment: LabExperiment.pick({ id: true, claims: true, title: true, claim: true, method: true }),
	run: Run,
	result: z.union([z.object({ findings: Findings }), z.object({ failure: z.string() })]),
});
export type Entry = z.infer<typeof Entry>;

/** All that a report says; it is written as `lab.json` too, so that a report can be drawn again and added to. */
export const Report = z.object({ size: LabSize, entries: z.array(Entry) });
export type Report = z.infer<typeof Report>;

/** Each experiment once, as in `newer` where both have it; in the lecture's order, which is that of their claims. */
export function mergedEntries(older: readonly Entry[], newer: readonly Entry[]): Entry[] {
	const byId = new Map([...older, ...newer].map((entry) => [entry.experiment.id, entry]));
	const places = new Map(experiments.map(({ id }, place) => [id, place]));
	const placeOf = ({ experiment }: Entry) => places.get(experiment.id) ?? experiments.length;
	return [...byId.values()].toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Such as: Made by `basin lab run --all --quick` on 2026-01-01 in 4 min on a CPU. It names all runs that the report was put together by. */
export function aboutText({ entries }: Report): string {
	const distinct = (of: (run: Run) => string) => [...new Set(entries.map(({ run }) => of(run)))].toSorted();
	const dates = distinct(({ startedAt }) => startedAt.slice(0, 10));
	const seconds = entries.reduce((sum, { run }) => sum + run.seconds, 0);
	const versions = distinct(({ versions }) =>
		Object.entries(versions)
			.map(([name, version]) => `${name} ${version}`)
			.join(', '),
	);
	const isBefore = entries.some((entry) => sweepsBefore(entry) > 0) ? ', beside sweeps that were run before' : '';
	const made = `Made by ${distinct(({ command }) => `\`${command}\``).join(', ')}`;
	const when = dates.length === 1 ? `on ${dates[0]}` : `from ${dates[0]} to ${dates.at(-1)}`;
	const device = distinct((run) => run.device).join('; ');
	return `${made} ${when} in ${formatDuration(seconds)}${isBefore} on ${device}. ${versions.join('; ')}.`;
}

export const outcomeText = {
	holds: 'holds',
	'does-not-hold': 'does not hold here',
	unclear: 'too noisy to say',
} as const;

export const notRun = 'was not run to its end';

/** Such as `L3 does not hold here, L4 holds`, or that it could not be run. */
export function outcomesOf({ result }: Entry): string {
	if ('failure' in result) return notRun;
	return result.findings.verdicts.map(({ claim, outcome }) => `${claim} ${outcomeText[outcome]}`).join('; ');
}

const sweepsOf = ({ result }: Entry) => ('findings' in result ? result.findings.sweeps : []);

/** How many of its sweeps had ended when it began: what a server has run already is not run again. */
const sweepsBefore = (entry: Entry) =>
	sweepsOf(entry).filter(({ finishedAt }) => finishedAt < entry.run.startedAt).length;

/** Such as `9 s, its sweeps run before`. */
export function tookText(entry: Entry): string {
	const [took, before, all] = [formatDuration(entry.run.seconds), sweepsBefore(entry), sweepsOf(entry).length];
	if (before === 0) return took;
	return `${took}, ${before === all ? 'its sweeps' : `${before} of its ${all} sweeps`} run before`;
}

/** The name of a figure's file, without its ending. */
export function figureName({ experiment }: Entry, id: string): string {
	return `${experiment.id}-${id}`;
}

/** `60,000`, `0.0123`; nothing for an empty cell. */
export function cellText(cell: string | number | null): string {
	if (typeof cell !== 'number') return cell ?? '';
	return cell.toLocaleString('en', { maximumSignificantDigits: 6 });
}
