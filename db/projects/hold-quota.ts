import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Queryable } from '../client.ts';

/**
 * Refuses new trials that would exceed what the project may have waiting or running. Inside the transaction that makes them:
 * the project's row is locked until it ends, so that of two requests at once the second sees the first one's trials. A
 * project without a quota locks and counts nothing.
 * @throws BasinError `quota_exceeded`
 */
export async function holdQuota(
	tx: Queryable,
	{ projectId, trials }: { projectId: string; trials: number },
): Promise<void> {
	const [project] = await tx<{ quota: number }[]>`
		select max_queued_trials as quota from project
		where id = ${projectId} and max_queued_trials is not null for no key update`;
	if (!project) return;
	const [open] = await tx<{ trials: number }[]>`
		select count(*) as trials from sweep join trial on trial.sweep_id = sweep.id
		where sweep.project_id = ${projectId} and sweep.finished_at is null
			and trial.state in ('pending', 'queued', 'running')`;
	if (open!.trials + trials <= project.quota) return;
	throw new BasinError(
		'quota_exceeded',
		`The project may have ${project.quota} trials waiting or running; ${open!.trials} are, and this asks for ${trials} more.`,
	);
}
