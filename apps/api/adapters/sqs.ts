import { GetQueueAttributesCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SendBatch } from '@basin/db/outbox/relay.ts';
import type { Log } from '../log.ts';

/** The relay's `send`: at most ten messages; answers those that SQS has taken, since a call may succeed in part. */
export function createSend({ sqs, queueUrl, log }: { sqs: SQSClient; queueUrl: string; log: Log }): SendBatch {
	return async (batch) => {
		const Entries = batch.map(({ id, message }) => ({ Id: id, MessageBody: JSON.stringify(message) }));
		const { Successful = [], Failed = [] } = await sqs.send(
			new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
		);
		if (Failed.length > 0)
			log.warn('the queue refused messages', { refused: Failed.length, cause: Failed[0]?.Message });
		return { successfulIds: Successful.flatMap(({ Id }) => Id ?? []) };
	};
}

/** Rejects when the queue does not answer. */
export async function pingQueue({ sqs, queueUrl }: { sqs: SQSClient; queueUrl: string }): Promise<void> {
	await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
}
