import type { Token } from '@basin/core/contracts/access.ts';
import type { Db } from '../client.ts';
import { type TokenRow, toToken } from './token-row.ts';

/** A project's tokens, newest first; the dead ones too, so that it can be seen whose they were. */
export async function listTokens({ db, projectId }: { db: Db; projectId: string }): Promise<Token[]> {
	const rows = await db.sql<TokenRow[]>`
		select api_token.*, project.name as project from api_token join project on project.id = project_id
		where project_id = ${projectId} order by api_token.id desc`;
	return rows.map(toToken);
}
