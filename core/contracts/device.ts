import { z } from 'zod';
import { EngineName } from './sweep-spec.ts';

/** What an engine ran on; times are compared only within one `key`. */
export const Device = z
	.object({
		key: z.string().meta({ description: 'Stable for equal hardware and settings.', example: 'cpu-3f9a1c-t1' }),
		label: z.string().meta({ example: 'AMD EPYC, 1 thread' }),
		engine: EngineName,
		provider: z.string().meta({ example: 'cpu' }),
		processor: z.string(),
		threads: z.int(),
		slots: z.int().meta({ description: 'Trainers that shared the machine at the time.' }),
		versions: z.record(z.string(), z.string()),
	})
	.meta({ id: 'Device' });
export type Device = z.infer<typeof Device>;
