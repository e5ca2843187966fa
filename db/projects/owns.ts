import type { Db } from '../client.ts';

/** What a path can name, and whose it is. A token's project counts as its owner. */
const owners = {
	sweepId: 'select project_id from sweep where id = $1',
	trialId: 'select sweep.project_id from trial join sweep on sweep.id = trial.sweep_id where trial.id = $1',
	datasetId: 'select project_id from dataset where id = $1',
	webhookId: 'select project_id from webhook where id = $1',
	tokenId: 'select project_id from api_token where id = $1',
} as const;

export type OwnedKind = keyof typeof owners;

/**
 * Whether a thing belongs to a project. Neither ever changes, so the answer stays true while the thing is there: what comes
 * after need not ask again.
 */
export async function owns(input: { db: Db; projectId: string; kind: OwnedKind; id: string }): Promise<boolean> {
	const { db, projectId, kind, id } = input;
	const [row] = await db.sql.unsafe<{ project_id: string }[]>(owners[kind], [id], { prepare: true });
	return row?.project_id === projectId;
}
