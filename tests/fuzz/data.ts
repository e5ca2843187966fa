import { defaultProject } from '@basin/core/contracts/access.ts';
import { WebhookEvent } from '@basin/core/contracts/webhooks.ts';
import { setBaseline } from '@basin/db/baselines/set.ts';
import type { Db } from '@basin/db/client.ts';
import { createDataset } from '@basin/db/datasets/create.ts';
import { createWebhook } from '@basin/db/webhooks/create.ts';
import { sampleSweep } from '../support/samples.ts';
import { trainTrial } from '../support/web-stack.ts';

const sweepsOfEachKind = 8;

/** Sweeps that wait and that have ended, uploads that wait and baselines; answers the ids, by the names that the settings use. */
export async function fillDatabase(db: Db) {
	const projectId = defaultProject.id;
	const sweeps: string[] = [];
	const trials: string[] = [];
	const datasets: string[] = [];
	const names: string[] = [];
	const webhooks: string[] = [];
	for (let i = 0; i < sweepsOfEachKind; i++) {
		const waiting = await sampleSweep(db, { configurations: 2 });
		const ended = await sampleSweep(db, { configurations: 2 });
		for (const [place, trialId] of ended.trialIds.entries()) await trainTrial(db, trialId, place);
		sweeps.push(waiting.sweepId, ended.sweepId);
		trials.push(...waiting.trialIds, ...ended.trialIds);
		names.push(`baseline-${i}`);
		await setBaseline({ db, projectId, name: `baseline-${i}`, sweepId: ended.sweepId });
		const files = [{ name: 'a.csv', sizeBytes: 20 + i }];
		const { id } = await createDataset({
			db,
			projectId,
			input: { name: `upload-${i}`, format: 'csv', files, testFraction: 0.2 },
		});
		datasets.push(id);
		const hook = { url: 'https://127.0.0.1:1/', events: [...WebhookEvent.options] };
		webhooks.push((await createWebhook({ db, projectId, input: hook, secret: 'whsec_test' })).id);
	}
	return { sweeps, trials, datasets, names, webhooks };
}
