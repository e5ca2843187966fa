import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLetterTimeoutSeconds } from '../constructs/dead-letter.ts';
import { tickEverySeconds, tickTimeoutSeconds } from '../constructs/tick.ts';
import { maxReceiveCount, messageVisibilitySeconds } from '../constructs/trial-queue.ts';
import { resourcesOf, theResource } from '../testing/synthesize.ts';
import { prod } from './templates.ts';

const functionOf = (id: string) => theResource(prod, 'AWS::Lambda::Function', id).Properties;
const trials = theResource(prod, 'AWS::SQS::Queue', 'QueueTrials').Properties;
const deadLetters = theResource(prod, 'AWS::SQS::Queue', 'QueueDeadLetters').Properties;

test('a message is hidden for longer than a claim can take, and comes again for longer than a restart of the database', () => {
	assert.equal(trials.VisibilityTimeout, messageVisibilitySeconds);
	assert.equal(trials.RedrivePolicy.maxReceiveCount, maxReceiveCount);
	const statementSeconds = 15;
	const restartSeconds = 120;
	assert.ok(messageVisibilitySeconds > statementSeconds);
	assert.ok(messageVisibilitySeconds * maxReceiveCount > restartSeconds);
});

test('dead letters are hidden for as long as their function may need, and kept longer than any other message', () => {
	assert.equal(functionOf('DeadLetterFunction').Timeout, deadLetterTimeoutSeconds);
	assert.ok(deadLetters.VisibilityTimeout >= 6 * deadLetterTimeoutSeconds);
	assert.ok(
		deadLetters.MessageRetentionPeriod > trials.MessageRetentionPeriod,
		'its age counts from its first sending',
	);
	const source = theResource(prod, 'AWS::Lambda::EventSourceMapping').Properties;
	assert.deepEqual(source.FunctionResponseTypes, ['ReportBatchItemFailures']);
});

test('a tick begins before the last one has ended, so that no lease and no cancel waits for a minute to pass', () => {
	const { ScheduleExpression } = theResource(prod, 'AWS::Events::Rule', 'TickEveryMinute').Properties;
	assert.equal(ScheduleExpression, 'rate(1 minute)');
	assert.equal(tickEverySeconds, 60);
	assert.equal(functionOf('TickFunction').Timeout, tickTimeoutSeconds);
	const settleSeconds = 5;
	assert.ok(tickTimeoutSeconds - settleSeconds > tickEverySeconds);
});

test('functions run on Node 22 and arm64, in the network, and reach AWS by names that speak IPv6', () => {
	for (const id of ['ApiFunction', 'TickFunction', 'TickHousekeeping', 'DeadLetterFunction', 'MigrateFunction']) {
		const { Runtime, Architectures, Handler, VpcConfig, Environment } = functionOf(id);
		assert.deepEqual([Runtime, Architectures, Handler], ['nodejs22.x', ['arm64'], 'handler.handler'], id);
		assert.equal(VpcConfig.Ipv6AllowedForDualStack, true, id);
		assert.equal(VpcConfig.SubnetIds.length, 3, id);
		assert.equal(Environment.Variables.AWS_USE_DUALSTACK_ENDPOINT, 'true', id);
		assert.match(JSON.stringify(Environment.Variables.BASIN_QUEUE_URL), /https:\/\/sqs\.us-east-1\.api\.aws\//, id);
	}
	const ways = resourcesOf(prod, 'AWS::EC2::Route').filter(
		([, { Properties }]) => Properties.EgressOnlyInternetGatewayId !== undefined,
	);
	assert.equal(ways.length, 3);
});
