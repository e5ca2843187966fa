import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultProject } from '@basin/core/contracts/access.ts';
import type { LabRun } from '@basin/core/contracts/lab.ts';
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
	// The one that takes no time: it makes its own twenty examples, and runs as a process of its own.
	return { sweeps, trials, datasets, names, webhooks, experiments: ['noisy-updates'], runs: [keptRun.id] };
}

const keptRun: LabRun = {
	...{ id: 'lab_kept', experiment: 'timing', size: 'quick', state: 'failed', lines: ['B = 1'], findings: null },
	...{ startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:01.000Z', failure: 'It was stopped.' },
};

/** A folder of the Lab with a run of before. */
export function labFolder(undo: (() => unknown)[]): string {
	const folder = mkdtempSync(join(tmpdir(), 'basin-fuzz-lab-'));
	undo.unshift(() => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(join(folder, `${keptRun.id}.json`), JSON.stringify(keptRun));
	return folder;
}
