import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
	BatchClient,
	CreateComputeEnvironmentCommand,
	CreateJobQueueCommand,
	DescribeJobsCommand,
	RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { DescribeRuleCommand, EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { createBatchEngine } from '@basin/api/adapters/batch.ts';
import { createTickRule } from '@basin/api/adapters/tick-rule.ts';
import { foreignServers } from './clouds.ts';

const region = 'us-east-1';
const role = 'arn:aws:iam::123456789012:role/basin';

/** What the tick relies on, whoever runs the jobs. Only a foreign server has them: nothing embedded starts machines. */
for (const { name, batchEndpoint, credentials } of foreignServers()) {
	if (batchEndpoint === undefined) continue;
	const client = { region, endpoint: batchEndpoint, credentials };
	const batch = new BatchClient(client);
	const events = new EventBridgeClient(client);
	after(() => {
		batch.destroy();
		events.destroy();
	});
	describe(`jobs and rules of ${name}`, () => {
		it('a worker is submitted once to its queue, and is listed or has ended', async () => {
			const { jobQueue, jobDefinition } = await queueAndDefinition(batch);
			const engine = createBatchEngine({ batch, jobQueue, jobDefinition });
			assert.deepEqual(await engine.list(), []);
			const jobId = await engine.submit();
			const listed = (await engine.list()).map((job) => job.jobId);
			const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
			assert.equal(jobs.length, 1);
			assert.equal(jobs[0]!.jobDefinition, jobDefinition);
			const hasEnded = /SUCCEEDED|FAILED/.test(jobs[0]!.status!);
			assert.deepEqual(listed.length === 0 ? hasEnded : listed, listed.length === 0 ? true : [jobId]);
			await engine.cancel(jobId);
		});

		it('the tick’s rule is turned on and off, twice as well as once', async () => {
			const rule = `basin-tick-${process.pid}`;
			await events.send(new PutRuleCommand({ Name: rule, ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' }));
			const schedule = createTickRule({ events, rule });
			const stateOf = async () => (await events.send(new DescribeRuleCommand({ Name: rule }))).State;
			for (const [turn, state] of [
				[schedule.enable, 'ENABLED'],
				[schedule.disable, 'DISABLED'],
			] as const) {
				await turn();
				await turn();
				assert.equal(await stateOf(), state);
			}
		});
	});
}

async function queueAndDefinition(batch: BatchClient): Promise<{ jobQueue: string; jobDefinition: string }> {
	const computeEnvironmentName = `basin-${process.pid}`;
	const { computeEnvironmentArn } = await batch.send(
		new CreateComputeEnvironmentCommand({
			computeEnvironmentName,
			type: 'UNMANAGED',
			state: 'ENABLED',
			serviceRole: role,
		}),
	);
	const { jobQueueArn } = await batch.send(
		new CreateJobQueueCommand({
			jobQueueName: computeEnvironmentName,
			state: 'ENABLED',
			priority: 1,
			computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironmentArn }],
		}),
	);
	const { jobDefinitionArn } = await batch.send(
		new RegisterJobDefinitionCommand({
			jobDefinitionName: computeEnvironmentName,
			type: 'container',
			containerProperties: { image: 'basin-worker', vcpus: 1, memory: 512 },
		}),
	);
	return { jobQueue: jobQueueArn!, jobDefinition: jobDefinitionArn! };
}
