import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';

/** `holds`: the data show it. `does-not-hold`: they show the opposite, or no effect where one would be seen. `unclear`: too noisy to say. */
export type Outcome = 'holds' | 'does-not-hold' | 'unclear';

export type Verdict = {
	outcome: Outcome;
	/** What was found, with the numbers. */
	sentence: string;
	/** How it was decided: the comparison or test, with its threshold. */
	rule: string;
};

export type Axis = {
	label: string /** Such as `s`; none for a pure number. */;
	unit?: string;
	scale: 'linear' | 'log';
};

/** `low` and `high` end the error bar: the 95 % interval unless the caption says otherwise. */
export type Point = { x: number; y: number; low?: number; high?: number };

export type Series = {
	name: string;
	points: Point[];
	draw: 'line' | 'points' | 'line and points' | 'dashed';
};

/** Anything that can be drawn on two axes. The same figure goes to the report and to the web app. */
export type Figure = {
	/** Unique within an experiment; a file name. */
	id: string;
	title: string;
	/** What it shows, in a sentence or two. */
	caption: string;
	x: Axis;
	y: Axis;
	series: Series[];
	/** Values of a function of both axes, drawn beneath as contour bands: row by row of `ys`. */
	surface?: { xs: number[]; ys: number[]; values: number[][]; label: string };
};

export type Table = { title: string; columns: string[]; rows: (string | number | null)[][] };

export type Findings = {
	verdict: Verdict;
	figures: Figure[];
	tables: Table[];
	/** What a reader should know before believing it. */
	caveats: string[];
	/** The sweeps that were run; each can be submitted again as it stands. */
	specs: SweepSpecInput[];
	sweepIds: string[];
};
