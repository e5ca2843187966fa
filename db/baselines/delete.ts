import type { Db } from '../client.ts';
import { baselineNotFound } from './get.ts';

/** Forgets a baseline; its sweep stays. @throws BasinError `baseline_not_found` */
export async function deleteBaseline({
	db,
	projectId,
	name,
}: {
	db: Db;
	projectId: string;
	name: string;
}): Promise<void> {
	const { count } = await db.sql`delete from baseline where project_id = ${projectId} and name = ${name}`;
	if (count === 0) throw baselineNotFound(name);
}
