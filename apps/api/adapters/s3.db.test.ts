import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { testCloud } from '../testing/cloud.ts';
import { createDeleteObjects, createPresign } from './s3.ts';

const { s3, bucket } = await testCloud();
const presign = createPresign({ s3, bucket });
const deleteObjects = createDeleteObjects({ s3, bucket });
const put = (key: string, body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

it('a link downloads the object under its file name, and is valid for five minutes', async () => {
	await put('trials/trl_1/1/model.onnx', 'the model');
	const url = await presign('trials/trl_1/1/model.onnx', 'trl_1-"model"\r\n.onnx');
	assert.equal(new URL(url).searchParams.get('X-Amz-Expires'), '300');
	assert.equal(
		new URL(url).searchParams.get('response-content-disposition'),
		'attachment; filename="trl_1-_model___.onnx"',
	);
	const response = await fetch(url);
	assert.equal(response.status, 200);
	assert.equal(await response.text(), 'the model');
});

it('more objects than one call takes are all deleted, and one that is gone already is no error', async () => {
	const keys = Array.from({ length: 1005 }, (_, n) => `many/${n}`);
	await Promise.all(keys.map((key) => put(key, 'x')));
	await deleteObjects([...keys, 'many/never-was']);
	const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'many/' }));
	assert.equal(KeyCount, 0);
});

it('deleting nothing asks the store for nothing', async () => {
	await deleteObjects([]);
});
