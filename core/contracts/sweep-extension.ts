import { z } from 'zod';
import { BatchSizeAxis, ConfigurationInput, EtaAxis, LambdaAxis, limits, Seeds } from './sweep-spec.ts';

/** Body of `POST /v1/sweeps/{id}/extend`: what a sweep gets besides what it has. */
export const SweepExtension = z
	.strictObject({
		seeds: Seeds.optional().meta({ description: 'More seeds, for every configuration of the sweep.' }),
		grid: z
			.strictObject({
				batchSize: BatchSizeAxis.optional(),
				eta: EtaAxis.optional(),
				lambda: LambdaAxis.optional(),
			})
			.optional()
			.meta({ description: 'More values: each combines with all values of the other axes, old and new.' }),
		configurations: z.array(ConfigurationInput).min(1).max(limits.trialsPerSweep).optional(),
		epochs: z
			.int()
			.refine(
				(): boolean => false,
				'cannot be extended: a trial keeps nothing to go on from after its end; submit a new sweep with more epochs',
			)
			.optional()
			.meta({ description: 'Always refused: an ended trial keeps no state to go on from. Submit a new sweep.' }),
	})
	.refine((extension) => Object.values(extension).some((part) => part !== undefined), {
		error: 'must have at least one of `seeds`, `grid` and `configurations`',
	})
	.meta({ id: 'SweepExtension' });
/** A parsed extension. */
export type SweepExtension = z.output<typeof SweepExtension>;
/** An extension as a person writes it. */
export type SweepExtensionInput = z.input<typeof SweepExtension>;
