import type { NewToken, TokenInput } from '@basin/core/contracts/access.ts';
import type { Db } from '@basin/db/client.ts';
import { createToken } from '@basin/db/tokens/create.ts';
import { makeToken } from './token.ts';

/** Makes a token of a project; what is answered holds it, and nothing else does. */
export async function issueToken(input: {
	db: Db;
	tokenKey: string;
	projectId: string;
	wish: Omit<TokenInput, 'project'>;
}): Promise<NewToken> {
	const { db, tokenKey, projectId, wish } = input;
	const { name, scope, expiresInDays } = wish;
	const { id, token, hmac } = makeToken(tokenKey, Date.now());
	return { ...(await createToken({ db, input: { id, projectId, name, scope, hmac, expiresInDays } })), token };
}
