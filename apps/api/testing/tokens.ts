import { defaultProject, type Scope } from '@basin/core/contracts/access.ts';
import type { Db } from '@basin/db/client.ts';
import { createToken } from '@basin/db/tokens/create.ts';
import { makeToken } from '../access/token.ts';

export const testTokenKey = 'a key of at least 32 characters, for tests';

/** A token that a server with `testTokenKey` lets in. */
export async function issueToken(
	db: Db,
	{ scope, projectId = defaultProject.id }: { scope: Scope; projectId?: string },
): Promise<{ id: string; token: string; headers: { authorization: string } }> {
	const { id, token, hmac } = makeToken(testTokenKey, Date.now());
	await createToken({ db, input: { id, projectId, name: `test ${scope}`, scope, hmac, expiresInDays: 1 } });
	return { id, token, headers: { authorization: `Bearer ${token}` } };
}
