import { z } from 'zod';
import { tokenKeyLength } from './access.ts';
import { Currency, PricePerHour, type Prices } from './prices.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url();
const seconds = z.coerce.number().positive();

const price = z.string().transform((text, context) => {
	try {
		return PricePerHour.parse(JSON.parse(text));
	} catch {
		context.addIssue('must be a number such as 0.12, or JSON such as {"cpu-3f9a1c-t1": 0.12, "*": 0.2}');
		return z.NEVER;
	}
});

/** Where the engine `onnx` computes. */
export const ProviderName = z.enum(['cpu', 'webgpu', 'cuda']);
export type ProviderName = z.infer<typeof ProviderName>;

/**
 * Every environment variable that Basin reads, in one place: infra sets these names, `main.ts` and `handler.ts` parse them
 * once with `readEnv`, and `docs/configuration.md` is generated from the descriptions.
 */
export const Env = z.object({
	PORT: port.default(8787).describe('Port of the API and the web app.'),
	BASIN_HOST: z.string().default('127.0.0.1').describe('Address that the API binds.'),
	BASIN_HOME: z.string().default('.basin').describe('Folder of the embedded stack: database, queue, objects, logs.'),
	BASIN_URL: url.default('http://127.0.0.1:8787').describe('Where the command line finds the API.'),
	BASIN_TOKEN: z
		.string()
		.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces')
		.optional()
		.describe(
			'Token that the command line sends (`basin token create` makes one); not needed on the machine of `npm start`.',
		),
	BASIN_TOKEN_KEY: z
		.string()
		.min(tokenKeyLength, `must have at least ${tokenKeyLength} characters; \`openssl rand -hex 32\` makes one`)
		.optional()
		.describe(
			'What tokens are stored and recognised by (`openssl rand -hex 32`); another one makes all tokens worthless. Set, every request needs a token; unset, only a loopback address can be bound, and is open. The embedded stack keeps one of its own.',
		),
	BASIN_REQUESTS_PER_MINUTE: z.coerce
		.number()
		.int()
		.min(1)
		.default(1200)
		.describe('Of one token, and of one address without a token, where requests need one; beyond it they get a 429.'),
	DATABASE_URL: url.optional().describe('Your own Postgres (15 or newer); unset: `npm start` runs an embedded one.'),
	BASIN_WORKER_DATABASE_URL: url
		.optional()
		.describe('Login of the workers, a member of the role `basin_worker`; unset: DATABASE_URL with that role.'),
	BASIN_DATABASE_AUTH: z
		.enum(['password', 'iam'])
		.default('password')
		.describe(
			'`iam`: the login in the database’s URL signs in with a token of AWS IAM (RDS, Aurora) instead of a password.',
		),
	BASIN_DATABASE_SECRET_ARN: z
		.string()
		.optional()
		.describe(
			'Secret of AWS Secrets Manager that holds the password of DATABASE_URL’s login; for the function that migrates.',
		),
	BASIN_QUEUE_URL: url.optional().describe('Your own SQS-compatible queue; unset: an embedded one.'),
	BASIN_DEAD_LETTER_QUEUE_URL: url
		.optional()
		.describe(
			'Where BASIN_QUEUE_URL’s redrive policy puts messages that no worker could answer: they are noted, and their trials sent again. Unset: nobody looks; embedded with an embedded queue.',
		),
	BASIN_BUCKET: z.string().optional().describe('Your own S3-compatible bucket; unset: an embedded one.'),
	AWS_REGION: z.string().default('us-east-1').describe('Region for SQS and S3.'),
	AWS_ENDPOINT_URL_SQS: url.optional().describe('SQS endpoint, for ElasticMQ and the like.'),
	AWS_ENDPOINT_URL_S3: url.optional().describe('S3 endpoint, for MinIO and the like.'),
	AWS_ENDPOINT_URL_BATCH: url.optional().describe('AWS Batch endpoint, for tests.'),
	AWS_ENDPOINT_URL_EVENTBRIDGE: url.optional().describe('EventBridge endpoint, for tests.'),
	BASIN_JOB_QUEUE: z
		.string()
		.optional()
		.describe('On AWS: the Batch job queue in which the tick starts workers; unset: workers are yours to start.'),
	BASIN_JOB_DEFINITION: z.string().optional().describe('On AWS: the Batch job definition of one worker.'),
	BASIN_MAX_DRAINERS: z.coerce
		.number()
		.int()
		.min(0)
		.default(4)
		.describe('On AWS: workers at once at most; 0 starts none.'),
	BASIN_TRIALS_PER_DRAINER: z.coerce
		.number()
		.int()
		.min(1)
		.default(4)
		.describe('On AWS: so many waiting trials are worth the start of one more worker.'),
	BASIN_TICK_RULE: z
		.string()
		.optional()
		.describe('On AWS: the EventBridge rule that calls the tick; on while there is work. Unset: it is always on.'),
	BASIN_STAGE: z.string().optional().describe('On AWS: the stage that metrics are of.'),
	BASIN_WORKERS: z.coerce
		.number()
		.int()
		.min(0)
		.optional()
		.describe('Worker processes of `npm start`; unset: one a core.'),
	BASIN_WORKER_ID: z.string().optional().describe('Name of a worker in attempts; unset: host name and process id.'),
	BASIN_THREADS: z.coerce.number().int().min(1).default(1).describe('Threads of one trainer.'),
	BASIN_PROVIDER: ProviderName.default('cpu').describe(
		'Where workers compute: `cpu`, `webgpu` (any GPU with Vulkan, Metal or Direct3D 12) or `cuda`. One that is not there ends the worker with a sentence.',
	),
	BASIN_HEARTBEAT_SECONDS: seconds.default(15).describe('How often a worker renews its lease.'),
	BASIN_LEASE_SECONDS: seconds.default(60).describe('How long a lease lasts without a heartbeat.'),
	BASIN_CHECKPOINT_SECONDS: seconds
		.default(60)
		.describe(
			'A trial writes a checkpoint at the end of the first epoch after so long; that is what an interruption costs.',
		),
	BASIN_SHUTDOWN_SECONDS: seconds
		.default(4)
		.describe('How long a worker that is told to stop may take for a last checkpoint; on spot machines set 100.'),
	BASIN_DATASETS: z
		.string()
		.optional()
		.describe('Folder where workers look for data sets and keep those that they fetch; unset: BASIN_HOME/datasets.'),
	BASIN_DATASETS_GIB: z.coerce
		.number()
		.positive()
		.default(20)
		.describe('Uploaded data sets that a worker keeps; beyond it those go that were used longest ago.'),
	BASIN_PROGRESS_SECONDS: seconds
		.default(3600)
		.describe('Longest time without an ended epoch; then a trainer is taken for hung and killed.'),
	BASIN_PRICE_PER_HOUR: price
		.optional()
		.describe(
			'What an hour of one worker costs: a number, or JSON of numbers by device key with `*` for all others. Unset: estimates name no money.',
		),
	BASIN_CURRENCY: Currency.default('USD').describe('Of BASIN_PRICE_PER_HOUR: three letters, by ISO 4217.'),
	BASIN_WEBHOOK_PRIVATE_ADDRESSES: z
		.enum(['true', 'false'])
		.default('false')
		.transform((text) => text === 'true')
		.describe(
			'`true` lets webhooks go to private addresses and by plain HTTP: for receivers beside Basin that everybody who may make webhooks may reach.',
		),
	OTEL_EXPORTER_OTLP_ENDPOINT: url
		.optional()
		.describe(
			'OTLP/HTTP collector, such as http://127.0.0.1:4318, that gets a trace of every sweep from its POST to its trials’ ends; unset: nothing is traced.',
		),
	BASIN_TICK_SECONDS: seconds.default(1).describe('How often the relay and the reconciler run.'),
	BASIN_REDISPATCH_SECONDS: seconds
		.default(120)
		.describe('A trial that nobody has claimed so long after its message was sent gets another one.'),
});
export type Env = z.infer<typeof Env>;

/** The prices that an environment sets, as a part of what the API stands on. */
export function pricesOf({ BASIN_PRICE_PER_HOUR: perHour, BASIN_CURRENCY: currency }: Env): { prices?: Prices } {
	return perHour === undefined ? {} : { prices: { perHour, currency } };
}

/**
 * Parses an environment; empty strings count as unset.
 * @throws Error with one sentence per bad variable.
 */
export function readEnv(source: Record<string, string | undefined>): Env {
	const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
	const parsed = Env.safeParse(present);
	if (parsed.success) return parsed.data;
	const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
	throw new Error(`Bad environment: ${sentences.join('; ')}.`);
}
