import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { test } from 'node:test';
import { imageContents } from '../stack.ts';

test('all that the worker’s Dockerfile copies is given to Docker', () => {
	const dockerfile = readFileSync(new URL('../../gpu-worker/Dockerfile', import.meta.url), 'utf8');
	const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(' '));
	assert.ok(copied.length > 10);
	const isGiven = (path: string) => imageContents.some((glob) => matchesGlob(path, glob));
	assert.deepEqual(
		copied.filter((path) => !isGiven(path) && !isGiven(join(path, 'file'))),
		[],
	);
});
