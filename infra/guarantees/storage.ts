import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, resourcesOf, type StackTemplate, theResource } from '../testing/synthesize.ts';
import { dev, prod } from './templates.ts';

const refusesPlainText = (statement: { Effect: string; Condition?: unknown }) =>
	statement.Effect === 'Deny' && JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

/** Ids of the policies of a type that refuse what is not TLS. */
const tlsOnly = (type: string) =>
	resourcesOf(prod, type).filter(([, { Properties }]) => Properties.PolicyDocument.Statement.some(refusesPlainText));

test('every bucket is private, encrypted, owned by its account, and refuses what is not TLS', () => {
	const buckets = resourcesOf(prod, 'AWS::S3::Bucket');
	assert.equal(buckets.length, 3);
	const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
	for (const [id, { Properties }] of buckets) {
		assert.deepEqual(Properties.PublicAccessBlockConfiguration, all, id);
		assert.ok(Properties.BucketEncryption.ServerSideEncryptionConfiguration.length > 0, id);
		assert.equal(Properties.OwnershipControls.Rules[0].ObjectOwnership, 'BucketOwnerEnforced', id);
	}
	assert.equal(tlsOnly('AWS::S3::BucketPolicy').length, buckets.length);
});

test('what is deleted from the artifacts can be brought back for a week, and what was never finished goes by itself', () => {
	const { Properties } = theResource(prod, 'AWS::S3::Bucket', 'Artifacts');
	assert.deepEqual(Properties.VersioningConfiguration, { Status: 'Enabled' });
	const rules = Properties.LifecycleConfiguration.Rules as Record<string, Json>[];
	const everything = rules.find(({ Prefix }) => Prefix === undefined)!;
	assert.equal(everything.NoncurrentVersionExpiration.NoncurrentDays, 7);
	assert.equal(everything.AbortIncompleteMultipartUpload.DaysAfterInitiation, 1);
	assert.equal(rules.find(({ Prefix }) => Prefix === 'uploads/')!.ExpirationInDays, 2);
	for (const { Prefix, ExpirationInDays, Status } of rules) {
		assert.equal(Status, 'Enabled');
		assert.ok(ExpirationInDays === undefined || Prefix === 'uploads/', 'no artifact expires');
	}
});

test('the database is encrypted, private, backed up, takes TLS only and tokens of IAM', () => {
	const { Properties } = theResource(prod, 'AWS::RDS::DBCluster');
	assert.equal(Properties.StorageEncrypted, true);
	assert.equal(Properties.EnableIAMDatabaseAuthentication, true);
	assert.equal(Properties.ManageMasterUserPassword, true, 'a password that RDS changes, and no template knows');
	assert.equal(Properties.MasterUserPassword, undefined);
	assert.equal(Properties.BackupRetentionPeriod, 7);
	assert.equal(theResource(prod, 'AWS::RDS::DBInstance').Properties.PubliclyAccessible, false);
	assert.equal(theResource(prod, 'AWS::RDS::DBClusterParameterGroup').Properties.Parameters['rds.force_ssl'], '1');
});

test('a stage that keeps its data does so when the stack goes; one that does not leaves nothing', () => {
	const policyOf = (template: StackTemplate, type: string, prefix = '') =>
		theResource(template, type, prefix).DeletionPolicy;
	assert.equal(policyOf(prod, 'AWS::RDS::DBCluster'), 'Snapshot');
	assert.equal(theResource(prod, 'AWS::RDS::DBCluster').Properties.DeletionProtection, true);
	assert.equal(policyOf(prod, 'AWS::S3::Bucket', 'Artifacts'), 'Retain');
	assert.equal(policyOf(dev, 'AWS::RDS::DBCluster'), 'Delete');
	for (const prefix of ['Artifacts', 'AccessLogs'])
		assert.equal(policyOf(dev, 'AWS::S3::Bucket', prefix), 'Delete', prefix);
});

test('queues are encrypted and refuse what is not TLS; a message that cannot be answered is put aside, not lost', () => {
	const queues = resourcesOf(prod, 'AWS::SQS::Queue');
	assert.equal(queues.length, 2);
	for (const [id, { Properties }] of queues) assert.equal(Properties.SqsManagedSseEnabled, true, id);
	assert.equal(tlsOnly('AWS::SQS::QueuePolicy').length, queues.length);
	const { RedrivePolicy } = theResource(prod, 'AWS::SQS::Queue', 'QueueTrials').Properties;
	const [deadLetters] = queues.find(([id]) => id.startsWith('QueueDeadLetters'))!;
	assert.deepEqual(RedrivePolicy.deadLetterTargetArn, { 'Fn::GetAtt': [deadLetters, 'Arn'] });
});

test('every log ends: a group without retention would be kept, and paid for, for ever', () => {
	for (const [id, { Properties, DeletionPolicy }] of resourcesOf(prod, 'AWS::Logs::LogGroup')) {
		assert.ok(Properties.RetentionInDays <= 31, id);
		assert.equal(DeletionPolicy, 'Delete', `${id} goes with the stack`);
	}
	// CDK's own helpers of a deployment write a few lines each time.
	for (const [id, { Properties }] of resourcesOf(prod, 'AWS::Lambda::Function'))
		assert.ok(Properties.LoggingConfig !== undefined || id.startsWith('Custom'), id);
});
