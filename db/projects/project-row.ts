import type { Project } from '@basin/core/contracts/access.ts';

export type ProjectRow = { id: string; name: string; max_queued_trials: number | null; created_at: string };

/** A row of `project` as the API shows it. */
export function toProject(row: ProjectRow): Project {
	return { id: row.id, name: row.name, maxQueuedTrials: row.max_queued_trials, createdAt: row.created_at };
}
