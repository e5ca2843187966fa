import { Currency } from '@basin/core/contracts/prices.ts';
import { z } from 'zod';

const StageSettings = z.strictObject({
	region: z.string().default('us-east-1').describe('Where everything runs.'),
	availabilityZones: z.int().min(2).max(6).default(3).describe('How many to use; more find a GPU more often.'),
	natGateways: z
		.int()
		.min(0)
		.max(6)
		.default(0)
		.describe(
			'Functions reach what speaks IPv6: all of AWS, not every receiver of webhooks. One gateway, some 33 USD a month, opens IPv4.',
		),
	gpuInstanceTypes: z
		.array(z.string().regex(/^(g4dn|g5|g6|g6e)\.\w+$/, 'must be a type such as g6.xlarge, of g4dn, g5, g6 or g6e'))
		.min(1)
		.default(['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge'])
		.describe('Instances with one GPU and four processors each, tried together.'),
	maxGpus: z.int().min(0).max(1000).default(4).describe('Workers at once at most: what you are ready to pay for.'),
	trialsPerWorker: z
		.int()
		.min(1)
		.default(4)
		.describe('Waiting trials that make it worth to start one more machine, which takes minutes.'),
	workerPricePerHour: z.number().positive().default(0.5).describe('What estimates say an hour of one worker costs.'),
	currency: Currency.default('USD'),
	monthlyBudgetUsd: z
		.number()
		.positive()
		.default(50)
		.describe('A mail at 80 % and 100 %, and when a forecast says so.'),
	alarmEmail: z.email().optional().describe('Who hears of alarms and of the budget; confirm the subscription once.'),
	maxDatabaseCapacity: z
		.number()
		.min(1)
		.max(256)
		.default(8)
		.describe('Aurora capacity units at most; it begins at none.'),
	retainData: z
		.boolean()
		.default(true)
		.describe('Keep a last snapshot of the database, and the bucket, when the stack is destroyed.'),
	workerImage: z.string().optional().describe('An image in a registry; unset: Docker builds gpu-worker/Dockerfile.'),
});

/** What a stage is made of; every value has a default. */
export type Settings = z.output<typeof StageSettings> & { stage: string };

const Context = z.strictObject({
	stages: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/), StageSettings),
});

/**
 * The settings of one stage from the context `basin` of cdk.json.
 * @throws Error with one sentence per value that is wrong
 */
export function readSettings(context: unknown, stage: string): Settings {
	const parsed = Context.safeParse(context);
	if (!parsed.success) {
		const sentences = parsed.error.issues.map(({ path, message }) => `basin.${path.join('.')}: ${message}`);
		throw new Error(`cdk.json: ${sentences.join('; ')}.`);
	}
	const settings = parsed.data.stages[stage];
	if (settings === undefined) {
		const known = Object.keys(parsed.data.stages).join(', ');
		throw new Error(`cdk.json describes no stage "${stage}"; it has ${known}. Choose one by -c stage=NAME.`);
	}
	return { ...settings, stage };
}
