import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Env, readEnv } from '@basin/core/contracts/env.ts';
import { parse } from 'yaml';
import { configOf, parseDockerfile, readCopy } from '../tests/images/dockerfile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const dockerfiles = ['gpu-worker/Dockerfile', 'gpu-worker/Dockerfile.cpu', 'apps/api/Dockerfile'];

/** What a Dockerfile takes from the checkout. */
const copiedBy = (dockerfile: string) =>
	parseDockerfile(read(dockerfile))
		.flatMap(({ instructions }) => instructions)
		.filter(({ keyword }) => keyword === 'COPY')
		.map(({ text }) => readCopy(text))
		.flatMap(({ from, sources }) => (from === null ? sources : []));

test('every image copies files that exist, and the manifest of every workspace', () => {
	const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
	const manifests = workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }));
	for (const dockerfile of dockerfiles) {
		const copied = copiedBy(dockerfile);
		const missing = copied.filter((path) => !existsSync(`${root}/${path}`));
		assert.deepEqual(missing, [], dockerfile);
		const forgotten = manifests.filter((path) => !copied.includes(path));
		assert.deepEqual(forgotten, [], dockerfile);
	}
});

test('every image runs as a user without rights, and says how it is stopped, how it is and what starts', () => {
	for (const dockerfile of dockerfiles) {
		const config = configOf(parseDockerfile(read(dockerfile)).at(-1)!);
		assert.equal(config.user, 'basin', dockerfile);
		assert.equal(config.stopSignal, 'SIGTERM', dockerfile);
		assert.ok(config.healthCheck, dockerfile);
		assert.equal(config.entrypoint[0], 'node', dockerfile);
		assert.ok(existsSync(`${root}/${config.entrypoint[1]}`), dockerfile);
	}
});

test('the worker’s images start what `npm run worker` starts, and leave when there is nothing to do', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	for (const dockerfile of dockerfiles.slice(0, 2)) {
		const { entrypoint, command } = configOf(parseDockerfile(read(dockerfile)).at(-1)!);
		assert.equal(entrypoint.join(' '), scripts.worker, dockerfile);
		assert.deepEqual(command, ['--drain', '--idle-exit', '90'], dockerfile);
	}
});

test('every base image is named with its exact version, and can be pinned by digest', () => {
	for (const dockerfile of dockerfiles) {
		const stages = parseDockerfile(read(dockerfile));
		const bases = stages.map(({ base }) => base).filter((base) => !stages.some(({ name }) => name === base));
		for (const base of bases) assert.match(base, /:\d+\.\d+\.\d+-/, dockerfile);
		assert.match(read(dockerfile), /^ARG NODE_IMAGE=/m, dockerfile);
	}
});

type Service = { environment?: Record<string, string>; build?: { dockerfile: string }; read_only?: boolean };
const composition = () => parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> };

test('compose.yaml sets only variables that Basin reads, and all that the API and a worker need', () => {
	for (const [name, { environment = {}, build, read_only }] of Object.entries(composition().services)) {
		if (build === undefined) continue;
		const isKnown = (key: string) => key in Env.shape || /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/.test(key);
		assert.deepEqual(
			Object.keys(environment).filter((key) => !isKnown(key)),
			[],
			name,
		);
		const env = readEnv(environment);
		assert.ok(env.DATABASE_URL && env.BASIN_QUEUE_URL && env.BASIN_BUCKET, name);
		assert.ok(dockerfiles.includes(build.dockerfile), name);
		assert.equal(read_only, true, name);
	}
});
