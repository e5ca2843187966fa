import { after } from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QueueMessage } from '@basin/core/contracts/worker-protocol.ts';
import { startFauxqs } from 'fauxqs';

export type TestCloud = { endpoint: string; sqs: SQSClient; s3: S3Client; queueUrl: string; bucket: string };

/** SQS and S3 that speak the real protocols, on a free port, for one test file. */
export async function testCloud(): Promise<TestCloud> {
	const server = await startFauxqs({ port: 0, logger: false });
	const endpoint = `http://127.0.0.1:${server.port}`;
	const { queueName } = server.createQueue('basin-trials');
	const { bucketName } = server.createBucket('basin-artifacts');
	const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
	const common = { region: 'us-east-1', endpoint, credentials };
	const sqs = new SQSClient(common);
	const s3 = new S3Client({ ...common, forcePathStyle: true });
	after(async () => {
		sqs.destroy();
		s3.destroy();
		await server.stop();
	});
	return { endpoint, sqs, s3, queueUrl: `${endpoint}/000000000000/${queueName}`, bucket: bucketName };
}

/** Takes messages, for good, until `count` have come, or none comes for a second. */
export async function receive({ sqs, queueUrl }: TestCloud, count: number): Promise<QueueMessage[]> {
	const messages: QueueMessage[] = [];
	while (messages.length < count) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
		);
		if (Messages.length === 0) break;
		// Else a slow machine sees them again after half a minute.
		for (const { ReceiptHandle } of Messages) {
			await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
		}
		messages.push(...Messages.map(({ Body }) => QueueMessage.parse(JSON.parse(Body ?? ''))));
	}
	return messages;
}
