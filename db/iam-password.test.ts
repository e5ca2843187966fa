import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createIamPassword } from './iam-password.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'session/token+=' };
const { config } = new SQSClient({ region: 'eu-central-1', credentials });
const url = 'postgres://basin_api@db.cluster-abc.eu-central-1.rds.amazonaws.com:5432/basin';

test('a token is the one that botocore’s generate_db_auth_token makes', async () => {
	const token = await createIamPassword(url, config)(new Date('2026-03-10T05:16:23Z'));
	const { host, searchParams } = new URL(`https://${token}`);
	assert.equal(host, 'db.cluster-abc.eu-central-1.rds.amazonaws.com:5432');
	assert.deepEqual(Object.fromEntries(searchParams), {
		Action: 'connect',
		DBUser: 'basin_api',
		'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
		'X-Amz-Credential': 'AKIDEXAMPLE/20260310/eu-central-1/rds-db/aws4_request',
		'X-Amz-Date': '20260310T051623Z',
		'X-Amz-Expires': '900',
		'X-Amz-Security-Token': 'session/token+=',
		'X-Amz-SignedHeaders': 'host',
		'X-Amz-Signature': '6e585264725c9c1eb2538444da3c9bb0dd4ef83969ae4c3aab46b0d44129b7ce',
	});
});
