import type { Project, ProjectInput } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { newProjectId } from '@basin/core/domain/ids.ts';
import type { Db } from '../client.ts';
import { type ProjectRow, toProject } from './project-row.ts';

/** @throws BasinError `project_exists` */
export async function createProject({ db, input }: { db: Db; input: ProjectInput }): Promise<Project> {
	const [row] = await db.sql<ProjectRow[]>`
		insert into project (id, name, max_queued_trials)
		values (${newProjectId(Date.now())}, ${input.name}, ${input.maxQueuedTrials})
		on conflict (name) do nothing returning *`;
	if (row) return toProject(row);
	throw new BasinError('project_exists', `There is a project named ${input.name} already.`);
}
