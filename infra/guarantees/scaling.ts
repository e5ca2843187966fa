import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autoPauseSeconds, idleSessionSeconds } from '../constructs/database.ts';
import { shutdownSeconds, stopTimeoutSeconds } from '../constructs/gpu-workers.ts';
import { type Json, resourcesOf, theResource } from '../testing/synthesize.ts';
import { dev, prod } from './templates.ts';

const environments = resourcesOf(prod, 'AWS::Batch::ComputeEnvironment').map(([, { Properties }]) => Properties);
const machine = theResource(prod, 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData;
const job = theResource(prod, 'AWS::Batch::JobDefinition').Properties;

test('with nothing to do no machine runs: GPU machines begin at none, the database sleeps, nobody ticks', () => {
	assert.equal(environments.length, 2);
	for (const { ComputeResources } of environments) {
		assert.equal(ComputeResources.MinvCpus, 0);
		assert.equal(ComputeResources.DesiredvCpus, undefined);
	}
	const { ServerlessV2ScalingConfiguration: scaling } = theResource(prod, 'AWS::RDS::DBCluster').Properties;
	assert.equal(scaling.MinCapacity, 0);
	assert.equal(scaling.SecondsUntilAutoPause, autoPauseSeconds);
	assert.equal(theResource(prod, 'AWS::Events::Rule', 'TickEveryMinute').Properties.State, 'DISABLED');
});

test('nothing that is paid by the hour lies in the network, and a schedule wakes the database once a day at most', () => {
	for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::ElasticLoadBalancingV2::LoadBalancer'])
		assert.deepEqual(resourcesOf(prod, type), []);
	for (const [, { Properties }] of resourcesOf(prod, 'AWS::EC2::VPCEndpoint'))
		assert.notEqual(Properties.VpcEndpointType, 'Interface');
	const awake = resourcesOf(prod, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.State === 'ENABLED');
	assert.deepEqual(
		awake.map(([, { Properties }]) => Properties.ScheduleExpression),
		['rate(1 day)'],
	);
});

test('a connection that a frozen function keeps does not keep the database awake', () => {
	const { Parameters } = theResource(prod, 'AWS::RDS::DBClusterParameterGroup').Properties;
	assert.equal(Parameters.idle_session_timeout, String(idleSessionSeconds * 1000));
	assert.ok(idleSessionSeconds < autoPauseSeconds);
});

test('machines are spot first and on demand second, of every type and zone, and never more than the stage allows', () => {
	const queue = theResource(prod, 'AWS::Batch::JobQueue').Properties;
	const order = queue.ComputeEnvironmentOrder.map(({ ComputeEnvironment, Order }: Json) => [
		Order,
		prod.Resources[ComputeEnvironment['Fn::GetAtt'][0]]!.Properties.ComputeResources.Type,
	]);
	assert.deepEqual(order, [
		[1, 'SPOT'],
		[2, 'EC2'],
	]);
	for (const { ComputeResources } of environments) {
		assert.deepEqual(ComputeResources.InstanceTypes, ['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge']);
		assert.equal(ComputeResources.Subnets.length, 3);
		assert.equal(ComputeResources.MaxvCpus, 4 * 4, 'four GPUs of four processors each');
		assert.deepEqual(ComputeResources.Ec2Configuration, [{ ImageType: 'ECS_AL2023_NVIDIA' }]);
		assert.ok(ComputeResources.LaunchTemplate.Version, 'a changed template reaches the machines');
	}
	const limitOf = (template: typeof prod) =>
		theResource(template, 'AWS::Lambda::Function', 'TickFunction').Properties.Environment.Variables.BASIN_MAX_DRAINERS;
	assert.deepEqual([limitOf(prod), limitOf(dev)], ['4', '0']);
});

test('Batch runs a job once, as a worker that leaves when idle: only the database decides about another attempt', () => {
	assert.deepEqual(job.RetryStrategy, { Attempts: 1 });
	const { Command, ReadonlyRootFilesystem, Privileged, ResourceRequirements } = job.ContainerProperties;
	assert.deepEqual(Command, ['--drain', '--idle-exit', '90']);
	assert.equal(ReadonlyRootFilesystem, true);
	assert.equal(Privileged, undefined);
	assert.ok(ResourceRequirements.some(({ Type, Value }: Json) => Type === 'GPU' && Value === '1'));
});

test('a machine that is told to go leaves a worker its last checkpoint, within the two minutes of a spot notice', () => {
	assert.ok(shutdownSeconds < stopTimeoutSeconds && stopTimeoutSeconds < 120);
	const variables = new Map(job.ContainerProperties.Environment.map(({ Name, Value }: Json) => [Name, Value]));
	assert.equal(variables.get('BASIN_SHUTDOWN_SECONDS'), String(shutdownSeconds));
	const userData = JSON.stringify(machine.UserData);
	assert.match(userData, new RegExp(`ECS_CONTAINER_STOP_TIMEOUT=${stopTimeoutSeconds}s`));
	assert.match(userData, /ECS_ENABLE_SPOT_INSTANCE_DRAINING=true/);
});

test('a machine’s disk is encrypted, and its metadata are for itself: with a token, and not for containers', () => {
	assert.deepEqual(machine.MetadataOptions, { HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
	assert.equal(machine.BlockDeviceMappings[0].Ebs.Encrypted, true);
});
