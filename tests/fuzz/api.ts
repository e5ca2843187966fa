import process from 'node:process';
import { S3Client } from '@aws-sdk/client-s3';
import { createDeleteObjects, createPresign } from '@basin/api/adapters/s3.ts';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createApp } from '@basin/api/app.ts';
import { createLog } from '@basin/api/log.ts';
import { startServer } from '@basin/api/server.ts';
import { issueToken, testTokenKey } from '@basin/api/testing/tokens.ts';
import type { Db } from '@basin/db/client.ts';
import { endStreamAfter } from '@basin/functions/api/end-stream.ts';
import { createLab } from '@basin/local/lab.ts';
import { startFauxqs } from 'fauxqs';
import { testDatabase } from '../support/postgres.ts';
import { fillDatabase, labFolder } from './data.ts';

/** Events never end by themselves, and whoever reads them waits for their end. */
const streamMs = 100;

export type FuzzedApi = {
	url: string;
	/** Of an admin of the default project. */
	token: string;
	/** That exist, by the names that the settings use. */
	ids: Record<string, string[]>;
	operations: number;
	/** Answers of 5xx so far. */
	errors(): number;
	stop(): Promise<void>;
};

/** The API as `npm run api` serves it to everybody who has a token, with data to ask for; nothing trains. */
export async function startFuzzedApi(): Promise<FuzzedApi> {
	const undo: (() => unknown)[] = [];
	const { db } = await testDatabase({ after: (work) => undo.unshift(work as () => unknown) });
	const cloud = await startFauxqs({ port: 0, logger: false });
	const { bucketName: bucket } = cloud.createBucket('basin-artifacts');
	const s3 = new S3Client({
		region: 'us-east-1',
		endpoint: `http://127.0.0.1:${cloud.port}`,
		credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
		forcePathStyle: true,
	});
	const { BASIN_TOKEN: _, ...environment } = process.env;
	const lab = createLab({ folder: labFolder(undo), url: () => server.url, environment });
	let errors = 0;
	const app = createApp({
		db,
		log: createLog((line) => {
			if (!line.includes('"level":"error"')) return;
			errors++;
			process.stderr.write(line);
		}),
		presign: createPresign({ s3, bucket }),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: createDeleteObjects({ s3, bucket }),
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: false, tokenKey: testTokenKey },
		allowedHosts: 'any',
		lab,
	});
	const { fetch } = app;
	const ending = Object.assign(app, {
		fetch: async (...args: Parameters<typeof fetch>) => endStreamAfter(await fetch(...args), streamMs),
	});
	const server = await startServer({ app: ending, host: '127.0.0.1', port: 0 });
	const ids = await fillDatabase(db);
	const { id, token } = await issueToken(db, { scope: 'admin' });
	await keepToken(db, id);
	const description = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, object> };
	const operations = Object.values(description.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
	return {
		url: server.url,
		token,
		ids,
		operations,
		errors: () => errors,
		stop: async () => {
			lab.stop();
			await server.stop({ graceMs: 0 });
			s3.destroy();
			await cloud.stop();
			for (const work of undo) await work();
		},
	};
}

/** The list of tokens shows the run's own, and who has seen it may revoke it: everything after would be a 401, and nothing tested. */
async function keepToken({ sql }: Db, tokenId: string): Promise<void> {
	await sql.unsafe(`
		create function keep_token() returns trigger language plpgsql as $$ begin new.revoked_at := null; return new; end $$;
		create trigger keep_token before update on api_token for each row when (old.id = '${tokenId}')
		execute function keep_token()`);
}
