import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { migrationsFolder } from './migrate.ts';

type Journal = { entries: { idx: number; when: number; tag: string }[] };

async function readJson(...path: string[]) {
	return JSON.parse(await readFile(join(migrationsFolder, 'meta', ...path), 'utf8'));
}

test('each migration is younger than the one before: drizzle would skip an older one without a word', async () => {
	const { entries }: Journal = await readJson('_journal.json');
	for (const [i, entry] of entries.entries()) {
		assert.equal(entry.idx, i);
		if (i > 0) assert.ok(entry.when > entries[i - 1]!.when, `${entry.tag} is not younger than the one before`);
	}
});

test('every migration file is in the journal', async () => {
	const { entries }: Journal = await readJson('_journal.json');
	const files = (await readdir(migrationsFolder)).filter((file) => file.endsWith('.sql')).sort();
	assert.deepEqual(
		entries.map(({ tag }) => `${tag}.sql`),
		files,
	);
});

test('the tables in schema/ are those that the migrations make', async () => {
	const { entries }: Journal = await readJson('_journal.json');
	const newest = await readJson(`${entries.at(-1)!.tag.slice(0, 4)}_snapshot.json`);
	const modules = await readdir(new URL('./schema', import.meta.url));
	const tables = Object.assign({}, ...(await Promise.all(modules.map((file) => import(`./schema/${file}`)))));
	assert.deepEqual(await generateMigration(newest, generateDrizzleJson(tables)), []);
});
