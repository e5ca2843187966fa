import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitCodes } from '@basin/cli/exit-codes.ts';
import { basinLines, parseOnly } from '@basin/cli/testing/parse-only.ts';
import { renderCliPage } from './cli.ts';

const page = readFileSync(new URL('./cli.md', import.meta.url), 'utf8');

test('docs/cli.md shows the help of every command as it is (node docs/cli.ts --write)', () => {
	assert.equal(page, renderCliPage(page));
});

test('docs/cli.md names every exit code', () => {
	for (const code of Object.values(exitCodes)) assert.match(page, new RegExp(`^\\| ${code} \\|`, 'm'));
});

test('docs/cli.md and the README of the command show lines that the command understands', async () => {
	const readme = readFileSync(new URL('../apps/cli/README.md', import.meta.url), 'utf8').replaceAll(
		'npx basin',
		'basin',
	);
	const [byHand] = page.split('## Reference');
	const lines = basinLines(`${byHand}\n${readme}`);
	assert.ok(lines.length >= 8, `only ${lines.length} lines were found`);
	for (const args of lines)
		await assert.doesNotReject(parseOnly().parseAsync(args, { from: 'user' }), `basin ${args.join(' ')}`);
});
