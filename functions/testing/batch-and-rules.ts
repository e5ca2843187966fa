import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { z } from 'zod';

/**
 * What Basin uses of AWS Batch and EventBridge, in their own words: requests outside these shapes are refused, and answers are those of
 * https://docs.aws.amazon.com/batch/latest/APIReference and https://docs.aws.amazon.com/eventbridge/latest/APIReference. The adapters are held
 * to a server that others wrote by `npm run conformance`.
 */
const jobStates = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
type JobState = (typeof jobStates)[number];
const pageSize = 3;

const requests = {
	SubmitJob: z.strictObject({ jobName: z.string().min(1), jobQueue: z.string(), jobDefinition: z.string() }),
	ListJobs: z.strictObject({
		jobQueue: z.string(),
		jobStatus: z.enum(jobStates),
		nextToken: z.string().optional(),
		maxResults: z.number().optional(),
	}),
	CancelJob: z.strictObject({ jobId: z.string(), reason: z.string() }),
	EnableRule: z.strictObject({ Name: z.string() }),
	DisableRule: z.strictObject({ Name: z.string() }),
};
type Action = keyof typeof requests;

export type BatchAndRules = {
	/** The variables that a function is given for them. */
	env: Record<string, string>;
	jobs: Map<string, JobState>;
	/** Jobs that `ListJobs` does not show yet. */
	unlisted: Set<string>;
	calls: Action[];
	isArmed(): boolean;
	/** Every later call of this action is refused. */
	refuse(action: Action): void;
	/** Calls of this action wait until it is released. */
	hold(action: Action): { release(): void };
};

export async function startBatchAndRules(t: Pick<TestContext, 'after'>): Promise<BatchAndRules> {
	const jobs = new Map<string, JobState>();
	const unlisted = new Set<string>();
	const refused = new Set<Action>();
	const held = new Map<Action, Promise<void>>();
	const calls: Action[] = [];
	let armed = false;
	const queue = 'arn:aws:batch:us-east-1:123456789012:job-queue/basin';

	function answer(action: Action, body: unknown): object {
		if (action === 'EnableRule' || action === 'DisableRule') {
			const { Name } = requests[action].parse(body);
			if (Name !== 'basin-tick') throw new Error(`There is no rule ${Name}.`);
			armed = action === 'EnableRule';
			return {};
		}
		if (action === 'CancelJob') {
			const { jobId } = requests.CancelJob.parse(body);
			const state = jobs.get(jobId);
			if (state === 'SUBMITTED' || state === 'PENDING' || state === 'RUNNABLE') jobs.set(jobId, 'FAILED');
			return {};
		}
		if (action === 'SubmitJob') {
			const { jobName } = requests.SubmitJob.parse(body);
			const jobId = crypto.randomUUID();
			jobs.set(jobId, 'SUBMITTED');
			return { jobArn: `arn:aws:batch:us-east-1:123456789012:job/${jobId}`, jobName, jobId };
		}
		const { jobStatus, nextToken = '0' } = requests.ListJobs.parse(body);
		const found = [...jobs].filter(([jobId, state]) => state === jobStatus && !unlisted.has(jobId));
		const end = Number(nextToken) + pageSize;
		const page = found.slice(Number(nextToken), end);
		return {
			jobSummaryList: page.map(([jobId, status]) => ({
				jobId,
				jobName: 'basin-drainer',
				status,
				createdAt: Date.now(),
			})),
			...(end < found.length ? { nextToken: String(end) } : {}),
		};
	}

	const server = createServer(async (request, response) => {
		const action = actionOf(request);
		calls.push(action);
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		response.setHeader('content-type', 'application/json');
		await held.get(action);
		try {
			if (refused.has(action)) throw new Error(`${action} is refused.`);
			response.end(JSON.stringify(answer(action, JSON.parse(Buffer.concat(chunks).toString()))));
		} catch (error) {
			response.writeHead(400, { 'x-amzn-errortype': 'ClientException' });
			response.end(JSON.stringify({ __type: 'ClientException', message: String(error) }));
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => server.close());
	const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const env = {
		AWS_ENDPOINT_URL_BATCH: endpoint,
		AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
		BASIN_JOB_QUEUE: queue,
		BASIN_JOB_DEFINITION: 'arn:aws:batch:us-east-1:123456789012:job-definition/basin-drainer:1',
		BASIN_TICK_RULE: 'basin-tick',
	};
	function hold(action: Action) {
		const { promise, resolve } = Promise.withResolvers<void>();
		held.set(action, promise);
		return { release: resolve };
	}
	return { env, jobs, unlisted, calls, hold, isArmed: () => armed, refuse: (action) => void refused.add(action) };
}

function actionOf({ url = '', headers }: IncomingMessage): Action {
	const named = url === '/' ? String(headers['x-amz-target']).replace('AWSEvents.', '') : url.slice('/v1/'.length);
	const action = (Object.keys(requests) as Action[]).find((known) => known.toLowerCase() === named.toLowerCase());
	if (action === undefined) throw new Error(`Basin is not known to ask for ${named}.`);
	return action;
}
