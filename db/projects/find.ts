import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '../client.ts';

/** The id of the project of this name. @throws BasinError `project_not_found` */
export async function findProject({ db, name }: { db: Db; name: string }): Promise<string> {
	const [row] = await db.sql<{ id: string }[]>`select id from project where name = ${name}`;
	if (row) return row.id;
	throw projectNotFound(name);
}

export function projectNotFound(name: string): BasinError {
	return new BasinError('project_not_found', `There is no project named ${name}.`);
}
