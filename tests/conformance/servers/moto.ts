import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/stack.ts';
import type { ForeignServer } from '../clouds.ts';
import { answersHttp, install, type Setting, start } from './server.ts';

const version = '5.2.5';

/** SQS and S3 of moto, in Python, from PyPI. */
export async function startMoto(setting: Setting): Promise<ForeignServer> {
	const folder = join(setting.cacheFolder, `moto-${version}`);
	const program = join(folder, 'bin', 'moto_server');
	if (!existsSync(program)) {
		await install('python3', ['-m', 'venv', folder]);
		const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', `moto[server]==${version}`];
		await install(join(folder, 'bin', 'python3'), pip);
	}
	const port = await freePort();
	const endpoint = `http://127.0.0.1:${port}`;
	await start(setting, program, ['-H', '127.0.0.1', '-p', `${port}`], () => answersHttp(endpoint));
	const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
	return { name: `moto ${version}`, sqsEndpoint: endpoint, s3Endpoint: endpoint, credentials };
}
