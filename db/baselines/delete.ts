import type { Db } from '../client.ts';
import { baselineNotFound } from './get.ts';

/** Forgets a baseline; its sweep stays. @throws BasinError `baseline_not_found` */
export async function deleteBaseline({ db, name }: { db: Db; name: string }): Promise<void> {
	const { count } = await db.sql`delete from baseline where name = ${name}`;
	if (count === 0) throw baselineNotFound(name);
}
