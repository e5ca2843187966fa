import type { Db } from '../client.ts';
import { answerKeptHours } from '../sweeps/idempotency.ts';

const deadLetterDays = 30;

const deliveryDays = 30;

/** Deletes what is kept for a time only: answers of idempotency keys, notes of dead letters, the log of webhooks. */
export async function expireRecords({
	sql,
}: Db): Promise<{ answers: number; deadLetters: number; deliveries: number }> {
	const answers = await sql`
		delete from idempotency where created_at < now() - ${answerKeptHours} * interval '1 hour'`;
	const deadLetters = await sql`
		delete from dead_letter where recorded_at < now() - ${deadLetterDays} * interval '1 day'`;
	const deliveries = await sql`
		delete from webhook_delivery where created_at < now() - ${deliveryDays} * interval '1 day'`;
	return { answers: answers.count, deadLetters: deadLetters.count, deliveries: deliveries.count };
}
