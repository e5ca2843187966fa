import { QueueMessage } from '@basin/core/contracts/worker-protocol.ts';
import type { Queue } from './ports.ts';

/** The two calls of `SQS` from `@aws-sdk/client-sqs` that a worker makes. */
export type SqsCalls = {
	receiveMessage(
		input: { QueueUrl: string; MaxNumberOfMessages: number; WaitTimeSeconds: number },
		options: { abortSignal: AbortSignal },
	): Promise<{ Messages?: { Body?: string | undefined; ReceiptHandle?: string | undefined }[] | undefined }>;
	deleteMessage(input: { QueueUrl: string; ReceiptHandle: string }): Promise<unknown>;
};

/** An SQS queue, or anything that speaks its protocol. One message at a time: a worker never holds what it cannot run. */
export function createSqsQueue({ sqs, queueUrl }: { sqs: SqsCalls; queueUrl: string }): Queue {
	return {
		receive: async ({ waitSeconds, signal }) => {
			const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: waitSeconds };
			const { Messages } = await sqs.receiveMessage(input, { abortSignal: signal });
			const received = Messages?.[0];
			if (received?.ReceiptHandle === undefined) return null;
			return { message: parseBody(received.Body), receipt: received.ReceiptHandle };
		},
		delete: async (receipt) => {
			await sqs.deleteMessage({ QueueUrl: queueUrl, ReceiptHandle: receipt });
		},
	};
}

function parseBody(body: string | undefined): QueueMessage | null {
	try {
		return QueueMessage.parse(JSON.parse(body ?? ''));
	} catch {
		return null;
	}
}
