import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('dist/', import.meta.url));
const skip = existsSync(`${dist}index.html`) ? false : 'the web app is not built';
const budgetBytes = 450_000;

test('the first page loads at most 450 kB gzipped, and no chart library', { skip }, () => {
	const html = readFileSync(`${dist}index.html`, 'utf8');
	const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
	assert.ok(files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css')));
	const contents = files.map((file) => readFileSync(`${dist}${file}`));
	const bytes = contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
	assert.ok(bytes <= budgetBytes, `${files.length} files of the first page have ${bytes} bytes gzipped`);
	assert.ok(!contents.some((content) => content.includes('zrender')), 'charts are fetched when they are shown');
});
