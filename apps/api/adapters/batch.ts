import {
	type BatchClient,
	CancelJobCommand,
	type JobStatus,
	paginateListJobs,
	SubmitJobCommand,
} from '@aws-sdk/client-batch';
import type { DrainerEngine, DrainerJob } from '../drainers.ts';

/** The states of a job that has not ended, and what each is to us. A job that is STARTING pulls its image: nothing is cancelled there any more. */
const states: { status: JobStatus; state: DrainerJob['state'] }[] = [
	{ status: 'SUBMITTED', state: 'waiting' },
	{ status: 'PENDING', state: 'waiting' },
	{ status: 'RUNNABLE', state: 'waiting' },
	{ status: 'STARTING', state: 'starting' },
	{ status: 'RUNNING', state: 'running' },
];

/** Drainers as jobs of AWS Batch: of one queue, which is ours alone, and one definition. */
export function createBatchEngine(input: {
	batch: BatchClient;
	jobQueue: string;
	jobDefinition: string;
}): DrainerEngine {
	const { batch, jobQueue, jobDefinition } = input;
	async function listIn(jobStatus: JobStatus): Promise<string[]> {
		const jobIds: string[] = [];
		for await (const page of paginateListJobs({ client: batch }, { jobQueue, jobStatus }))
			jobIds.push(...(page.jobSummaryList ?? []).flatMap(({ jobId }) => jobId ?? []));
		return jobIds;
	}
	return {
		// One status after the other, in the order that jobs take: one that moves on meanwhile is seen twice and not missed.
		async list() {
			const jobs = new Map<string, DrainerJob>();
			for (const { status, state } of states)
				for (const jobId of await listIn(status)) jobs.set(jobId, { jobId, state });
			return [...jobs.values()];
		},
		async submit() {
			const { jobId } = await batch.send(new SubmitJobCommand({ jobName: 'basin-drainer', jobQueue, jobDefinition }));
			if (jobId === undefined) throw new Error('AWS Batch took a job and gave it no id.');
			return jobId;
		},
		async cancel(jobId) {
			await batch.send(new CancelJobCommand({ jobId, reason: 'Nothing is left to do.' }));
		},
	};
}
