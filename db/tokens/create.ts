import type { Scope, Token } from '@basin/core/contracts/access.ts';
import type { Db } from '../client.ts';
import { type TokenRow, toToken } from './token-row.ts';

export type NewTokenRow = {
	id: string;
	projectId: string;
	name: string;
	scope: Scope;
	/** Of the token, 32 bytes; the token itself is not stored. */
	hmac: Uint8Array;
	/** Null: it does not expire. */
	expiresInDays: number | null;
};

/** Lets a token in from now on. */
export async function createToken({ db, input }: { db: Db; input: NewTokenRow }): Promise<Token> {
	const { id, projectId, name, scope, hmac, expiresInDays } = input;
	const [row] = await db.sql<TokenRow[]>`
		insert into api_token (id, project_id, name, scope, hmac, expires_at)
		values (${id}, ${projectId}, ${name}, ${scope}, ${hmac}, now() + ${expiresInDays}::integer * interval '1 day')
		returning *, (select name from project where project.id = project_id) as project`;
	return toToken(row!);
}
