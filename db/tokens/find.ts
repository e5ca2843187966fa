import type { Scope } from '@basin/core/contracts/access.ts';
import type { Db } from '../client.ts';

export type LiveToken = { id: string; projectId: string; scope: Scope; hmac: Uint8Array; isUseNoted: boolean };

/** The token of this id while it is valid, by the database's clock: neither expired nor revoked. */
export async function findToken({ db, tokenId }: { db: Db; tokenId: string }): Promise<LiveToken | undefined> {
	const [row] = await db.sql<LiveToken[]>`
		select id, project_id as "projectId", scope, hmac,
			coalesce(last_used_at > now() - interval '1 minute', false) as "isUseNoted"
		from api_token where id = ${tokenId} and revoked_at is null and (expires_at is null or expires_at > now())`;
	return row;
}

/** Notes that a token was used, once a minute at most: more would be a write for every read. */
export async function noteUse({ db, tokenId }: { db: Db; tokenId: string }): Promise<void> {
	await db.sql`
		update api_token set last_used_at = now()
		where id = ${tokenId} and (last_used_at is null or last_used_at <= now() - interval '1 minute')`;
}

/** How many tokens of a scope could come in now. */
export async function countTokens({ db, scope }: { db: Db; scope: Scope }): Promise<number> {
	const [row] = await db.sql<{ tokens: number }[]>`
		select count(*) as tokens from api_token
		where scope = ${scope} and revoked_at is null and (expires_at is null or expires_at > now())`;
	return row!.tokens;
}
