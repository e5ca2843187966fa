import type { Experiment, Size } from '../experiment.ts';
import type { Findings } from '../findings.ts';

/** One experiment and what came of it: findings, or the sentence that says why there are none. */
export type Entry = {
	experiment: Pick<Experiment, 'id' | 'claims' | 'title' | 'claim' | 'method'>;
	seconds: number;
	result: { findings: Findings } | { failure: string };
};

/** All that a report says; it is written as `lab.json` too, so that a report can be drawn again. */
export type Report = {
	/** What was typed. */
	command: string;
	size: Size;
	startedAt: string;
	seconds: number;
	device: string;
	versions: Record<string, string>;
	entries: Entry[];
};

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

/** The name of a figure's file, without its ending. */
export function figureName({ experiment }: Entry, id: string): string {
	return `${experiment.id}-${id}`;
}

/** `60,000`, `0.0123`; nothing for an empty cell. */
export function cellText(cell: string | number | null): string {
	if (typeof cell !== 'number') return cell ?? '';
	return cell.toLocaleString('en', { maximumSignificantDigits: 6 });
}
