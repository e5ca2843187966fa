import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/stack.ts';
import type { ForeignServer } from '../clouds.ts';
import { answersHttp, install, type Setting, start } from './server.ts';

const version = '5.2.5';

/** SQS, S3, Batch and EventBridge of moto, in Python, from PyPI. Jobs succeed at once, since it runs them in Docker otherwise. */
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
	const settings = JSON.stringify({ batch: { use_docker: false } });
	await fetch(`${endpoint}/moto-api/config`, { method: 'POST', body: settings });
	await makeRole(endpoint);
	const all = { sqsEndpoint: endpoint, s3Endpoint: endpoint, batchEndpoint: endpoint };
	return { name: `moto ${version}`, ...all, credentials };
}

/** The one that a compute environment wants; moto reads the service from the signature and checks no more of it. */
async function makeRole(endpoint: string): Promise<void> {
	const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, Signature=none';
	const body = new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: 'basin' });
	body.set('AssumeRolePolicyDocument', JSON.stringify({ Version: '2012-10-17', Statement: [] }));
	const answer = await fetch(endpoint, { method: 'POST', headers: { authorization }, body });
	if (!answer.ok) throw new Error(`moto made no role: ${await answer.text()}`);
}
