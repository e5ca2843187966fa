import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderConfiguration } from './configuration.ts';

test('the page of environment variables is the one that their schema gives', () => {
	const page = readFileSync(new URL('./configuration.md', import.meta.url), 'utf8');
	assert.equal(page, renderConfiguration());
	assert.match(page, /`DATABASE_URL`/);
});
