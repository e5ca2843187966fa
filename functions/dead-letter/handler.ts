import { openConnections } from '@basin/api/connections.ts';
import { noteDeadLetter } from '@basin/api/dead-letters.ts';
import { causeOf, createLog } from '@basin/api/log.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { z } from 'zod';
import { patientWithSleepers, thaw } from '../thaw.ts';

const DeadLetters = z.object({
	Records: z.array(
		z.object({
			messageId: z.string(),
			body: z.string(),
			attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int() }),
		}),
	),
});

/** The answer to SQS: messages that are to come again. All others are deleted. */
export type BatchAnswer = { batchItemFailures: { itemIdentifier: string }[] };

const log = createLog((line) => process.stdout.write(line));
const { db } = openConnections(readEnv(process.env), {
	max: 1,
	applicationName: 'basin-dead-letter',
	...patientWithSleepers,
});

/**
 * Notes messages that no worker could answer; a trial that still waits for one is sent another. What cannot be noted now
 * stays in the queue, and keeps nothing else from being noted.
 */
export async function handler(event: unknown): Promise<BatchAnswer> {
	await thaw();
	const batchItemFailures: BatchAnswer['batchItemFailures'] = [];
	for (const { messageId, body, attributes } of DeadLetters.parse(event).Records) {
		try {
			await noteDeadLetter({ db, log, messageId, body, receiveCount: attributes.ApproximateReceiveCount });
		} catch (error) {
			log.error('a dead letter could not be noted; it stays in the queue', { messageId, cause: causeOf(error) });
			batchItemFailures.push({ itemIdentifier: messageId });
		}
	}
	return { batchItemFailures };
}
