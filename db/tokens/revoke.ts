import type { Token } from '@basin/core/contracts/access.ts';
import type { Db } from '../client.ts';
import { type TokenRow, tokenNotFound, toToken } from './token-row.ts';

/** Ends a token now and for good; again it answers the same. @throws BasinError `token_not_found` */
export async function revokeToken({ db, tokenId }: { db: Db; tokenId: string }): Promise<Token> {
	const [row] = await db.sql<TokenRow[]>`
		update api_token set revoked_at = coalesce(revoked_at, now()) where id = ${tokenId}
		returning *, (select name from project where project.id = project_id) as project`;
	if (row) return toToken(row);
	throw tokenNotFound(tokenId);
}
