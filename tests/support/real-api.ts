import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createApp } from '@basin/api/app.ts';
import { startServer } from '@basin/api/server.ts';
import { createClient } from '@basin/client';
import { startServer as startStore } from '@basin/client/testing/http-server.ts';
import { device } from '@basin/client/testing/samples.ts';
import type { TrialResult } from '@basin/core/contracts/training.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '@basin/db/client.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';

export const modelBytes = Buffer.from('model '.repeat(1000));

const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

/** The API as `npm start` serves it, on the given database; a small HTTP server is the bucket, one model under every key. */
export async function startApi(t: TestContext, db: Db): Promise<{ baseUrl: string }> {
	const bucket = await startStore(t, (_request, response) => void response.writeHead(200).end(modelBytes));
	const app = createApp({
		db,
		log: silentLog,
		presign: async (key) => `${bucket.baseUrl}/${encodeURIComponent(key)}`,
		datasets: { presignPut: async (key) => `${bucket.baseUrl}/${key}`, read: async () => null, write: async () => {} },
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: true },
	});
	const server = await startServer({ app, host: '127.0.0.1', port: 0 });
	t.after(() => server.stop({ graceMs: 0 }));
	return { baseUrl: server.url };
}

/** Takes every waiting trial of a sweep and ends it, as a worker would; η > 10 diverges. */
export async function workOff(db: Db, baseUrl: string, sweepId: string): Promise<void> {
	for await (const trial of createClient({ baseUrl }).eachTrial(sweepId)) {
		const assignment = await claimTrial({ db, trialId: trial.id, workerId: 'test', leaseSeconds: 60 });
		if (assignment === null) continue;
		if (assignment.configuration.eta > 10) await diverge(db, assignment);
		else await succeed(db, assignment);
	}
}

async function diverge(db: Db, { trialId, attemptNo }: TrialAssignment): Promise<void> {
	const message = 'The loss was not finite after 3 updates.';
	await failTrial({ db, trialId, attemptNo, reason: 'diverged', message, device, artifacts: [] });
}

async function succeed(db: Db, assignment: TrialAssignment): Promise<void> {
	const { trialId, attemptNo } = assignment;
	const sha256 = createHash('sha256').update(modelBytes).digest('hex');
	const key = `${assignment.sweepId}/${trialId}/${attemptNo}/model.onnx`;
	const model = {
		name: 'model.onnx',
		key,
		sizeBytes: modelBytes.length,
		sha256,
		contentType: 'application/octet-stream',
	};
	await finishTrial({ db, trialId, attemptNo, result: resultOf(assignment), device, artifacts: [model] });
}

/** Accuracy grows with η and a little with the seed; a larger batch is faster. */
function resultOf({ configuration, epochs, seed }: TrialAssignment): TrialResult {
	const valAccuracy = 0.9 + configuration.eta / 2 + seed / 1000;
	return {
		valAccuracy,
		bestEpoch: epochs,
		finalValAccuracy: valAccuracy,
		finalValLoss: 0.2,
		finalTrainAccuracy: 0.95,
		finalTrainLoss: 0.15,
		testAccuracy: 0.93,
		epochSecondsMedian: 50 / configuration.batchSize,
		updateSecondsMedian: 0.001,
		epochs,
		updates: epochs * 500,
		trainSeconds: 1,
		validationSeconds: 0.1,
		loadSeconds: 0.1,
		compileSeconds: 0.1,
		artifactSeconds: 0.1,
	};
}
