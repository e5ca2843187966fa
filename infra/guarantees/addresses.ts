import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apiPaths } from '../constructs/web.ts';
import { resourcesOf, theResource } from '../testing/synthesize.ts';
import { prod } from './templates.ts';

const physicalNames: Record<string, string> = {
	'AWS::S3::Bucket': 'BucketName',
	'AWS::SQS::Queue': 'QueueName',
	'AWS::Lambda::Function': 'FunctionName',
	'AWS::RDS::DBCluster': 'DBClusterIdentifier',
	'AWS::IAM::Role': 'RoleName',
	'AWS::Batch::JobQueue': 'JobQueueName',
	'AWS::Batch::ComputeEnvironment': 'ComputeEnvironmentName',
	'AWS::Batch::JobDefinition': 'JobDefinitionName',
	'AWS::Logs::LogGroup': 'LogGroupName',
	'AWS::SNS::Topic': 'TopicName',
	'AWS::SecretsManager::Secret': 'Name',
	'AWS::CloudWatch::Alarm': 'AlarmName',
	'AWS::CloudWatch::Dashboard': 'DashboardName',
	'AWS::EC2::LaunchTemplate': 'LaunchTemplateName',
};

test('two stages fit in one account: nothing has a name of its own but the tick’s rule, which is the stack’s', () => {
	for (const [id, { Type, Properties }] of Object.entries(prod.Resources))
		if (Type in physicalNames) assert.equal(Properties[physicalNames[Type]!], undefined, id);
	const names = resourcesOf(prod, 'AWS::Events::Rule').flatMap(([, { Properties }]) => Properties.Name ?? []);
	assert.deepEqual(names, [{ 'Fn::Join': ['', [{ Ref: 'AWS::StackName' }, '-tick']] }]);
});

test('every path of the API is led to it, and pages stay the web app’s', () => {
	const document = JSON.parse(readFileSync(new URL('../../apps/api/openapi.json', import.meta.url), 'utf8'));
	const { CacheBehaviors } = theResource(prod, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;
	const led: string[] = CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern);
	assert.deepEqual(led, [...apiPaths]);
	const patterns = led.map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
	const isLed = (path: string) => patterns.some((pattern) => pattern.test(path));
	for (const path of [...Object.keys(document.paths), '/docs', '/docs/swagger-ui.css', '/openapi.json'])
		assert.ok(isLed(path), path);
	for (const path of ['/', '/sweeps/swp_1', '/new', '/docsy', '/assets/page-1.js']) assert.ok(!isLed(path), path);
});
