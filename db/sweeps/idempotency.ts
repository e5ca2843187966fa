import type { Sweep } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Queryable } from '../client.ts';

/** The client's `Idempotency-Key`, which its project has for itself, and a hash of the body it came with. */
export type Idempotency = { projectId: string; key: string; bodyHash: string };

/** An answer is given again for so long. */
export const answerKeptHours = 72;

/**
 * The answer that was given to a request with this key and body; undefined when there was none.
 * @throws BasinError `idempotency_mismatch` when the body was another
 */
export async function findAnswer(
	sql: Queryable,
	{ projectId, key, bodyHash }: Idempotency,
): Promise<Sweep | undefined> {
	const [answer] = await sql<{ body_hash: string; body: Sweep }[]>`
		select body_hash, body from idempotency where project_id = ${projectId} and key = ${key}`;
	if (answer && answer.body_hash !== bodyHash) {
		throw new BasinError('idempotency_mismatch', 'This Idempotency-Key was used with another body.');
	}
	return answer?.body;
}

/**
 * Takes the key until the transaction ends: whoever comes meanwhile is told so instead of waiting with a connection.
 * @throws BasinError `idempotency_in_progress` when a request with it still runs
 */
export async function takeKey(tx: Queryable, { projectId, key }: Idempotency): Promise<void> {
	const [lock] = await tx`select pg_try_advisory_xact_lock(hashtextextended(${`${projectId} ${key}`}, 0)) as taken`;
	if (lock?.taken) return;
	throw new BasinError('idempotency_in_progress', 'A request with this Idempotency-Key is still running.');
}

/** Keeps the answer of a 201, in the transaction that made the sweep. */
export async function keepAnswer(
	tx: Queryable,
	{ projectId, key, bodyHash }: Idempotency,
	sweep: Sweep,
): Promise<void> {
	await tx`
		insert into idempotency (project_id, key, body_hash, sweep_id, status, body)
		values (${projectId}, ${key}, ${bodyHash}, ${sweep.id}, 201, ${tx.json(sweep)})`;
}
