import { z } from 'zod';
import { SweepId } from './ids.ts';
import { FailureReason } from './states.ts';
import { Configuration } from './sweep-spec.ts';

/** A name that a path and a command line take as it is; a branch's `/` has to become something else. */
export const BaselineName = z
	.string()
	.regex(
		/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
		'must be 1 to 63 of letters, digits, ".", "_" and "-", and start with a letter or digit',
	);

/** Body of `PUT /v1/baselines/{name}`. */
export const BaselineInput = z.strictObject({ sweepId: SweepId }).meta({ id: 'BaselineInput' });
export type BaselineInput = z.output<typeof BaselineInput>;

/** What later sweeps are compared with, under a name. */
export const Baseline = z
	.object({
		name: z.string(),
		sweepId: z.string().meta({ description: 'The sweep whose results were kept; it may have been deleted since.' }),
		sweepName: z.string(),
		dataset: z.string(),
		model: z.string(),
		configurations: z.int(),
		trials: z.int(),
		setAt: z.iso.datetime(),
	})
	.meta({ id: 'Baseline' });
export type Baseline = z.infer<typeof Baseline>;

export const BaselinePage = z
	.object({ items: z.array(Baseline), nextCursor: z.string().nullable() })
	.meta({ id: 'BaselinePage' });
export type BaselinePage = z.infer<typeof BaselinePage>;

/** Answer of `DELETE /v1/baselines/{name}`. */
export const DeletedBaseline = z.object({ name: z.string() }).meta({ id: 'DeletedBaseline' });

export const AccuracyMetric = z.enum(['valAccuracy', 'testAccuracy']);
export const TimeMetric = z.enum(['epochSeconds', 'updateSeconds']);
export const GateMetric = z.enum([...AccuracyMetric.options, ...TimeMetric.options]);
export type GateMetric = z.infer<typeof GateMetric>;

const Percent = z.string().regex(/^(\d+|\d*\.\d+)%$/, 'must be a number such as 0.005, or a percentage such as "10%"');
const marginOf = (number: z.ZodNumber) =>
	z.union([number, Percent], 'must be a number such as 0.005, or a percentage such as "10%"');

/** How much worse a metric may get: an amount, or a percentage of the baseline's mean. */
export const GateRule = z
	.discriminatedUnion('metric', [
		z.strictObject({
			metric: AccuracyMetric,
			maxDrop: marginOf(z.number().min(0).max(1)).meta({ description: '0.005 is half a point of accuracy.' }),
		}),
		z.strictObject({ metric: TimeMetric, maxRise: marginOf(z.number().min(0)) }),
	])
	.meta({ id: 'GateRule' });
export type GateRule = z.infer<typeof GateRule>;

/** `best`: the best configuration of each side. `each`: every configuration that both have. */
export const GateCompare = z.enum(['best', 'each']);
export type GateCompare = z.infer<typeof GateCompare>;

/** Body of `POST /v1/sweeps/{id}/gate`. */
export const GateInput = z
	.strictObject({
		baseline: BaselineName.optional().meta({ description: 'A stored baseline.' }),
		against: SweepId.optional().meta({ description: 'Another sweep, in place of a baseline.' }),
		metrics: z
			.array(GateRule)
			.min(1)
			.max(GateMetric.options.length)
			.default([{ metric: 'valAccuracy', maxDrop: 0.005 }]),
		compare: GateCompare.default('best'),
		alpha: z.number().min(0.0001).max(0.2).default(0.05).meta({
			description: 'How often noise alone may fail a gate, over all its comparisons together.',
		}),
		inconclusive: z.enum(['pass', 'fail']).default('pass').meta({
			description: 'What a comparison means that cannot be made: one seed, times of another device, no such metric.',
		}),
	})
	.meta({ id: 'GateInput' });
export type GateInput = z.output<typeof GateInput>;

export const GateVerdict = z.enum(['ok', 'regression', 'inconclusive']);
export type GateVerdict = z.infer<typeof GateVerdict>;

/** One metric of one configuration against the baseline. A number is null when it cannot be told. */
export const GateComparison = z
	.object({
		metric: GateMetric,
		configuration: Configuration.nullable().meta({
			description: 'Of the sweep; null for the mean over all shared configurations.',
		}),
		baselineConfiguration: Configuration.nullable().meta({ description: 'Another one when the best has changed.' }),
		verdict: GateVerdict,
		reason: z.string().meta({ description: 'Why, in a sentence.' }),
		baselineMean: z.number().nullable(),
		sweepMean: z.number().nullable(),
		change: z.number().nullable().meta({ description: 'sweepMean − baselineMean.' }),
		allowedChange: z.number().nullable().meta({ description: 'The margin as an amount, signed as `change`.' }),
		seenFrom: z.number().nullable().meta({
			description: 'The change from which a regression would be seen with these seeds and this spread.',
		}),
		test: z.enum(['paired', 'unpaired', 'none']),
		seeds: z.object({ sweep: z.int(), baseline: z.int() }).meta({ description: 'How many the numbers are from.' }),
		pValue: z.number().nullable(),
		adjustedPValue: z.number().nullable().meta({ description: 'By Holm over the gate’s comparisons.' }),
		device: z.string().nullable().meta({ description: 'Where times were measured.' }),
	})
	.meta({ id: 'GateComparison' });
export type GateComparison = z.infer<typeof GateComparison>;

/** A seed that failed where the baseline succeeded: a regression without a test. */
export const LostSeed = z
	.object({ configuration: Configuration, seed: z.int(), reason: FailureReason })
	.meta({ id: 'LostSeed' });
export type LostSeed = z.infer<typeof LostSeed>;

/** Answer of `POST /v1/sweeps/{id}/gate`. */
export const GateReport = z
	.object({
		verdict: z.enum(['passed', 'regression', 'inconclusive']).meta({
			description: '`inconclusive` only where the request asked that what cannot be compared fails.',
		}),
		sweepId: z.string(),
		baseline: z.object({ name: z.string().nullable(), sweepId: z.string() }),
		compare: GateCompare,
		alpha: z.number(),
		comparisons: z.array(GateComparison),
		lostSeeds: z.array(LostSeed),
		notes: z.array(z.string()).meta({ description: 'What to know of the comparison, in sentences.' }),
	})
	.meta({ id: 'GateReport' });
export type GateReport = z.infer<typeof GateReport>;
