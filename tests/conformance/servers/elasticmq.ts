import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/stack.ts';
import type { ForeignServer } from '../clouds.ts';
import { answersHttp, commandPath, install, type Setting, Skipped, start } from './server.ts';

const version = '1.6.11';

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
	<modelVersion>4.0.0</modelVersion>
	<groupId>basin</groupId><artifactId>conformance</artifactId><version>1</version>
	<dependencies><dependency>
		<groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>${version}</version>
	</dependency></dependencies>
</project>
`;

/** SQS of ElasticMQ, in Scala, from Maven Central: 39 archives, 37 MB. */
export async function startElasticMq(setting: Setting): Promise<ForeignServer> {
	if (!commandPath('java')) throw new Skipped('there is no java on this machine');
	const folder = join(setting.cacheFolder, `elasticmq-${version}`);
	if (!existsSync(folder)) {
		if (setting.quick) throw new Skipped('it is not installed yet, and --quick was asked for');
		await installTo(folder);
	}
	const port = await freePort();
	const endpoint = `http://127.0.0.1:${port}`;
	const settings = {
		'node-address.host': '127.0.0.1',
		'node-address.port': port,
		'rest-sqs.bind-hostname': '127.0.0.1',
		'rest-sqs.bind-port': port,
		'rest-stats.enabled': false,
	};
	const options = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
	const args = [...options, '-cp', `${folder}/*`, 'org.elasticmq.server.Main'];
	await start(setting, 'java', args, () => answersHttp(endpoint));
	return {
		name: `ElasticMQ ${version}`,
		sqsEndpoint: endpoint,
		credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
	};
}

/** Beside, then renamed: an installation that is cut off is not taken for one. */
async function installTo(folder: string): Promise<void> {
	const fresh = `${folder}.new`;
	await rm(fresh, { recursive: true, force: true });
	await mkdir(fresh, { recursive: true });
	const pom = join(fresh, 'pom.xml');
	await writeFile(pom, project);
	await install('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]);
	await rename(fresh, folder);
}
