import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { databaseLogins } from '@basin/core/contracts/database-logins.ts';
import { permissionsOf, renderIam, textOf } from '../iam.ts';
import { resourcesOf, theResource } from '../testing/synthesize.ts';
import { prod } from './templates.ts';

/** Ours: those of CDK's own helpers of a deployment are in iam.md. */
const roles = permissionsOf(prod).filter(({ role }) => !role.startsWith('Custom'));
const statementsOf = (prefix: string) => roles.find(({ role }) => role.startsWith(prefix))!.statements;
const actionsOf = (prefix: string) => statementsOf(prefix).flatMap(({ Action }) => [Action].flat());

test('infra/iam.md says what every role may do, for reviewers to read', () => {
	const written = readFileSync(new URL('../iam.md', import.meta.url), 'utf8');
	assert.equal(written, renderIam(prod), 'run node infra/iam.ts --write, and read what has changed');
});

test('no role may do everything of a service, and only to list jobs, which takes no resource, is allowed on everything', () => {
	for (const { role, statements } of roles) {
		for (const { Action, Resource, Effect } of statements) {
			assert.equal(Effect, 'Allow');
			for (const action of [Action].flat()) {
				assert.doesNotMatch(action, /\*/, role);
				if ([Resource].flat().includes('*')) assert.equal(action, 'batch:ListJobs', role);
			}
		}
	}
});

test('a worker signs in as the worker, everybody else as the API; the owner’s password is the migration’s alone', () => {
	const loginsOf = (prefix: string) =>
		statementsOf(prefix)
			.filter(({ Action }) => Action === 'rds-db:connect')
			.map(({ Resource }) => textOf(Resource).split('/').at(-1));
	assert.deepEqual(loginsOf('GpuWorkersWorker'), [databaseLogins.worker]);
	for (const prefix of ['ApiFunction', 'TickFunction', 'TickHousekeeping', 'DeadLetterFunction'])
		assert.deepEqual(loginsOf(prefix), [databaseLogins.api], prefix);
	const readers = roles.filter(({ role }) => actionsOf(role).includes('secretsmanager:GetSecretValue'));
	assert.deepEqual(
		readers.map(({ role }) => role.startsWith('MigrateFunction')),
		[true],
	);
});

test('a worker deletes checkpoints and nothing else, sends no message, and starts no machine', () => {
	const deleted = statementsOf('GpuWorkersWorker')
		.filter(({ Action }) => [Action].flat().includes('s3:DeleteObject'))
		.map(({ Resource }) => textOf(Resource).split('}/').at(-1));
	assert.deepEqual(deleted, ['checkpoints/*']);
	for (const action of ['sqs:SendMessage', 'batch:SubmitJob', 'events:EnableRule'])
		assert.ok(!actionsOf('GpuWorkersWorker').includes(action), action);
});

test('nobody may delete a version of an object: what is deleted by mistake can be brought back', () => {
	for (const { role } of roles) assert.ok(!actionsOf(role).includes('s3:DeleteObjectVersion'), role);
});

test('the database lets in functions and workers; nothing lets in the world', () => {
	const inside = resourcesOf(prod, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties);
	assert.equal(inside.length, 2);
	for (const { FromPort, ToPort, CidrIp, CidrIpv6 } of inside)
		assert.deepEqual([FromPort, ToPort, CidrIp, CidrIpv6], [5432, 5432, undefined, undefined]);
	for (const [id, { Properties }] of resourcesOf(prod, 'AWS::EC2::SecurityGroup'))
		assert.equal(Properties.SecurityGroupIngress, undefined, id);
});

test('pages and API are reached by HTTPS only, and pages may talk to their own origin only', () => {
	const { DistributionConfig } = theResource(prod, 'AWS::CloudFront::Distribution').Properties;
	assert.equal(DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy, 'redirect-to-https');
	for (const { ViewerProtocolPolicy, PathPattern } of DistributionConfig.CacheBehaviors)
		assert.equal(ViewerProtocolPolicy, 'https-only', PathPattern);
	const { SecurityHeadersConfig: sent } = theResource(prod, 'AWS::CloudFront::ResponseHeadersPolicy').Properties
		.ResponseHeadersPolicyConfig;
	assert.match(sent.ContentSecurityPolicy.ContentSecurityPolicy, /connect-src 'self'/);
	assert.equal(sent.FrameOptions.FrameOption, 'DENY');
});
