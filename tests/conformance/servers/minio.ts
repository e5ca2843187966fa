import { join } from 'node:path';
import { freePort } from '../../support/stack.ts';
import type { ForeignServer } from '../clouds.ts';
import { answersHttp, commandPath, type Setting, Skipped, start } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** S3 of MinIO. Only one that is installed: compiling it took more than 15 minutes on two busy cores. */
export async function startMinio(setting: Setting): Promise<ForeignServer> {
	const program = commandPath('minio');
	if (!program) throw new Skipped('there is no minio here (go install github.com/minio/minio@latest takes long)');
	const folder = await temporaryFolder(setting);
	const port = await freePort();
	const endpoint = `http://127.0.0.1:${port}`;
	const credentials = { accessKeyId: 'conformance', secretAccessKey: 'conformance' };
	const env = { MINIO_ROOT_USER: credentials.accessKeyId, MINIO_ROOT_PASSWORD: credentials.secretAccessKey };
	const args = ['server', '--address', `127.0.0.1:${port}`, join(folder, 'data')];
	await start(setting, program, args, () => answersHttp(`${endpoint}/minio/health/live`), { env });
	return { name: 'MinIO', s3Endpoint: endpoint, credentials };
}
