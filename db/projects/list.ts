import type { Project } from '@basin/core/contracts/access.ts';
import type { Db } from '../client.ts';
import { type ProjectRow, toProject } from './project-row.ts';

/** Projects by name: all, or only the one with this id. */
export async function listProjects({ db, only }: { db: Db; only?: string | undefined }): Promise<Project[]> {
	const rows = await db.sql<ProjectRow[]>`
		select * from project ${only === undefined ? db.sql`` : db.sql`where id = ${only}`} order by name`;
	return rows.map(toProject);
}
