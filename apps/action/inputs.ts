import { durationOption } from '@basin/cli/arguments.ts';
import { usageFailure } from '@basin/cli/failure.ts';
import { BaselineName, GateCompare, GateInput } from '@basin/core/contracts/gates.ts';
import { SweepId } from '@basin/core/contracts/ids.ts';
import { z } from 'zod';

type Environment = Record<string, string | undefined>;

/** What the workflow asks for: the inputs of `action.yml`. */
export type Inputs = {
	url: string;
	token: string | undefined;
	spec: string;
	gate: GateInput;
	missingBaseline: 'pass' | 'fail';
	setBaseline: string | undefined;
	timeoutSeconds: number;
	comment: boolean;
	githubToken: string | undefined;
	reports: string;
};

/** The run that this is a step of; GitHub's default environment variables. */
export type Run = {
	repository: string;
	runId: string;
	/** 1, and more when somebody runs it again. */
	attempt: number;
	job: string;
	sha: string;
	eventName: string;
	eventPath: string | undefined;
	apiUrl: string;
	summaryPath: string | undefined;
	outputPath: string | undefined;
};

/** GitHub gives an input that is not set as an empty text. */
const optional = <T extends z.ZodType>(schema: T) =>
	z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const GivenInputs = z.object({
	INPUT_URL: z.url({ protocol: /^https?$/, error: 'must be a URL such as https://basin.example.com' }),
	INPUT_TOKEN: optional(z.string()),
	INPUT_SPEC: z.string('is required').min(1, 'is required'),
	INPUT_BASELINE: optional(BaselineName),
	INPUT_AGAINST: optional(SweepId),
	INPUT_METRICS: optional(z.string()),
	INPUT_COMPARE: optional(GateCompare),
	INPUT_ALPHA: optional(z.coerce.number()),
	INPUT_INCONCLUSIVE: optional(z.enum(['pass', 'fail'])),
	INPUT_MISSING_BASELINE: optional(z.enum(['pass', 'fail'])),
	INPUT_SET_BASELINE: optional(BaselineName),
	INPUT_TIMEOUT: optional(z.string()),
	INPUT_COMMENT: optional(z.enum(['true', 'false'])),
	INPUT_GITHUB_TOKEN: optional(z.string()),
	INPUT_REPORTS: optional(z.string()),
});

const GivenRun = z.object({
	GITHUB_REPOSITORY: z.string(),
	GITHUB_RUN_ID: z.string(),
	GITHUB_RUN_ATTEMPT: z.coerce.number().default(1),
	GITHUB_JOB: z.string().default(''),
	GITHUB_SHA: z.string(),
	GITHUB_EVENT_NAME: z.string(),
	GITHUB_EVENT_PATH: optional(z.string()),
	GITHUB_API_URL: z.url().default('https://api.github.com'),
	GITHUB_STEP_SUMMARY: optional(z.string()),
	GITHUB_OUTPUT: optional(z.string()),
});

/** @throws Failure (usage) that names the input */
export function readInputs(environment: Environment): Inputs {
	const given = parse(GivenInputs, environment);
	const against = given.INPUT_AGAINST;
	return {
		url: given.INPUT_URL,
		token: given.INPUT_TOKEN,
		spec: given.INPUT_SPEC,
		gate: parse(GateInput, {
			...(against === undefined ? { baseline: given.INPUT_BASELINE ?? 'main' } : { against }),
			metrics: given.INPUT_METRICS === undefined ? undefined : readRules(given.INPUT_METRICS),
			compare: given.INPUT_COMPARE,
			alpha: given.INPUT_ALPHA,
			inconclusive: given.INPUT_INCONCLUSIVE,
		}),
		missingBaseline: given.INPUT_MISSING_BASELINE ?? 'pass',
		setBaseline: given.INPUT_SET_BASELINE,
		timeoutSeconds: readTimeout(given.INPUT_TIMEOUT ?? '60m'),
		comment: given.INPUT_COMMENT !== 'false',
		githubToken: given.INPUT_GITHUB_TOKEN,
		reports: given.INPUT_REPORTS ?? 'basin-reports',
	};
}

/** @throws Failure (usage) outside of a run of GitHub Actions */
export function readRun(environment: Environment): Run {
	const given = parse(GivenRun, environment);
	return {
		repository: given.GITHUB_REPOSITORY,
		runId: given.GITHUB_RUN_ID,
		attempt: given.GITHUB_RUN_ATTEMPT,
		job: given.GITHUB_JOB,
		sha: given.GITHUB_SHA,
		eventName: given.GITHUB_EVENT_NAME,
		eventPath: given.GITHUB_EVENT_PATH,
		apiUrl: given.GITHUB_API_URL,
		summaryPath: given.GITHUB_STEP_SUMMARY,
		outputPath: given.GITHUB_OUTPUT,
	};
}

/** `valAccuracy max-drop 0.005`, a line each. */
function readRules(text: string): object[] {
	const lines = text
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');
	return lines.map((line) => {
		const [metric, flag, amount, ...rest] = line.split(/\s+/);
		const name = { 'max-drop': 'maxDrop', 'max-rise': 'maxRise' }[flag?.replace(/^--/, '') ?? ''];
		if (name === undefined || amount === undefined || rest.length > 0)
			throw usageFailure(`metrics: "${line}" is not like "valAccuracy max-drop 0.005" or "epochSeconds max-rise 10%".`);
		return { metric, [name]: amount.endsWith('%') ? amount : Number(amount) };
	});
}

function readTimeout(text: string): number {
	try {
		return durationOption(text);
	} catch (error) {
		throw usageFailure(`timeout: ${(error as Error).message}`);
	}
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const name = String(issue?.path.join('.')).replace(/^INPUT_/, '');
	const input = name.startsWith('GITHUB_') ? name : name.toLowerCase().replaceAll('_', '-');
	throw usageFailure(`${input}: ${issue?.message}.`);
}
