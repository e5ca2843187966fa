import { z } from 'zod';

/** What the services process is to run. A port of 0 means: choose a free one. */
export const ServicesConfig = z.object({
	postgres: z
		.object({ dataDir: z.string(), logFile: z.string(), password: z.string(), port: z.int(), homePath: z.string() })
		.nullable(),
	queueAndObjects: z
		.object({
			queueDir: z.string(),
			objectsDir: z.string(),
			port: z.int(),
			region: z.string(),
			queueName: z.string(),
			bucket: z.string(),
		})
		.nullable(),
});
export type ServicesConfig = z.infer<typeof ServicesConfig>;

/** What it says back, once. */
export const ServicesAnswer = z.discriminatedUnion('type', [
	z.object({ type: z.literal('ready'), postgresPort: z.int().nullable(), queueAndObjectsPort: z.int().nullable() }),
	z.object({ type: z.literal('failed'), sentence: z.string() }),
]);
export type ServicesAnswer = z.infer<typeof ServicesAnswer>;
