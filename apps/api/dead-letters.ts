import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { QueueMessage } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '@basin/db/client.ts';
import { type DeadLetter, recordDeadLetter } from '@basin/db/dead-letters/record.ts';
import type { Log } from './log.ts';

/**
 * Empties the queue of messages that no worker could answer: each is noted in the database, which sends its trial another
 * if it still waits, then deleted. Again after a crash between the two changes nothing.
 */
export async function drainDeadLetters(input: {
	db: Db;
	sqs: SQSClient;
	deadLetterQueueUrl: string;
	log: Log;
}): Promise<number> {
	const { db, sqs, deadLetterQueueUrl: QueueUrl, log } = input;
	for (let drained = 0; ; ) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({
				QueueUrl,
				MaxNumberOfMessages: 10,
				WaitTimeSeconds: 0,
				MessageSystemAttributeNames: ['ApproximateReceiveCount'],
			}),
		);
		if (Messages.length === 0) return drained;
		for (const message of Messages) {
			await noteDeadLetter({
				db,
				log,
				messageId: message.MessageId!,
				body: message.Body ?? '',
				receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
			});
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
			drained++;
		}
	}
}

/** Notes one message that the queue gave up on; noted again, it changes nothing. A body that is none of ours is kept as it is. */
export async function noteDeadLetter(input: {
	db: Db;
	log: Log;
	messageId: string;
	body: string;
	receiveCount: number;
}): Promise<void> {
	const { db, log, messageId, body, receiveCount } = input;
	const ours = parse(body);
	const letter: DeadLetter = {
		messageId,
		// Postgres takes no NUL in a text.
		body: body.slice(0, 2000).replaceAll('\0', '\ufffd'),
		trialId: ours?.trialId ?? null,
		dispatchNo: ours?.dispatchNo ?? null,
		receiveCount,
	};
	if (await recordDeadLetter({ db, letter })) log.warn('the queue gave up on a message', { ...letter });
}

function parse(body: string): QueueMessage | undefined {
	try {
		return QueueMessage.safeParse(JSON.parse(body)).data;
	} catch {
		return undefined;
	}
}
