import { z } from 'zod';
import type { SweepSpec } from './sweep-spec.ts';

/** `holds`: the data show it. `does-not-hold`: they show the opposite, or no effect where one would be seen. `unclear`: too noisy to say. */
export const Outcome = z.enum(['holds', 'does-not-hold', 'unclear']);
export type Outcome = z.infer<typeof Outcome>;

export const Verdict = z.object({
	outcome: Outcome,
	/** What was found, with the numbers. */
	sentence: z.string(),
	/** How it was decided: the comparison or test, with its threshold. */
	rule: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

/** `unit` such as `s`; none for a pure number. On a log scale a 0 stands at the left end, with a tick of its own. */
export const Axis = z.object({
	label: z.string(),
	unit: z.string().optional(),
	scale: z.enum(['linear', 'log']),
	/** What no value can pass, such as 0 and 1 of an accuracy: an error bar is cut there. (OpenAPI's tools know no tuples.) */
	bounds: z.array(z.number()).length(2).optional(),
});
export type Axis = z.infer<typeof Axis>;

/** `low` and `high` end the error bar: the 95 % interval unless the caption says otherwise. */
export const Point = z.object({
	x: z.number(),
	y: z.number(),
	low: z.number().optional(),
	high: z.number().optional(),
});
export type Point = z.infer<typeof Point>;

export const Series = z.object({
	name: z.string(),
	points: z.array(Point),
	/** `dashed`: to compare with. `ground`: what something moves on, filled below. */
	draw: z.enum(['line', 'points', 'hollow points', 'line and points', 'dashed', 'ground']),
	/** Series of one group share a colour. */
	group: z.string().optional(),
});
export type Series = z.infer<typeof Series>;

/** Anything that can be drawn on two axes. The same figure goes to the report and to the web app. */
export const Figure = z.object({
	/** Unique within an experiment; a file name. */
	id: z.string(),
	title: z.string(),
	/** What it shows, in a sentence or two. */
	caption: z.string(),
	x: Axis,
	y: Axis,
	series: z.array(Series),
	/** Its series go from low to high, such as batch sizes: they take a scale of colours. Dashed ones stand apart. */
	ordered: z.boolean().optional(),
	/** The points of its series are places in time, which the web app can play. */
	plays: z.boolean().optional(),
	/** Values of a function of both axes, drawn beneath as bands of colour: row by row of `ys`. */
	surface: z
		.object({
			xs: z.array(z.number()),
			ys: z.array(z.number()),
			values: z.array(z.array(z.number())),
			label: z.string(),
		})
		.optional(),
});
export type Figure = z.infer<typeof Figure>;

export const LabTable = z.object({
	title: z.string(),
	columns: z.array(z.string()),
	rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});
export type LabTable = z.infer<typeof LabTable>;

/** Not checked again: `z.custom` would say that, but the description of the API is then not made. */
const SubmittedSpec = z.looseObject({}) as unknown as z.ZodType<z.input<typeof SweepSpec>>;

/** A sweep of an experiment, which may have been run for an earlier run of it. */
export const LabSweep = z.object({
	id: z.string(),
	/** Can be submitted again as it stands. */
	spec: SubmittedSpec,
	startedAt: z.iso.datetime(),
	finishedAt: z.iso.datetime(),
	/** Labels of the devices that trained. */
	devices: z.array(z.string()),
});
export type LabSweep = z.infer<typeof LabSweep>;

/** What came of an experiment. */
export const Findings = z.object({
	/** One for each claim that was tested, in the order of `claims`. */
	verdicts: z.array(Verdict.extend({ claim: z.string() })).min(1),
	figures: z.array(Figure),
	tables: z.array(LabTable),
	/** What a reader should know before believing it. */
	caveats: z.array(z.string()),
	sweeps: z.array(LabSweep),
});
export type Findings = z.infer<typeof Findings>;

/** `quick`: minutes on two cores. `full`: more seeds, epochs and images, about an hour for all. */
export const LabSize = z.enum(['quick', 'full']);
export type LabSize = z.infer<typeof LabSize>;

export const LabExperiment = z.object({
	/** Also a file name in a report, such as `momentum`. */
	id: z.string(),
	/** Of the lecture's table, such as `L11`. */
	claims: z.array(z.string()),
	title: z.string(),
	/** The claim, in one paragraph. */
	claim: z.string(),
	/** What is run to test it. */
	method: z.record(LabSize, z.string()),
	/** Rough seconds on two cores. */
	seconds: z.record(LabSize, z.number()),
});
export type LabExperiment = z.infer<typeof LabExperiment>;

export const LabRunInput = z.strictObject({ experiment: z.string(), size: LabSize.default('quick') });

export const LabRun = z.object({
	id: z.string(),
	experiment: z.string(),
	size: LabSize,
	state: z.enum(['running', 'done', 'failed', 'cancelled']),
	startedAt: z.iso.datetime(),
	finishedAt: z.iso.datetime().nullable(),
	/** What it says while it runs, the newest last. */
	lines: z.array(z.string()),
	/** Why it failed. */
	failure: z.string().nullable(),
	findings: Findings.nullable(),
});
export type LabRun = z.infer<typeof LabRun>;

export const LabExperimentPage = z.object({ items: z.array(LabExperiment), nextCursor: z.null() });
/** The newest run of each experiment and size. */
export const LabRunPage = z.object({ items: z.array(LabRun), nextCursor: z.null() });
