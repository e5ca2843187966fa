import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cliCommand, curlCommand, specText } from './commands.ts';
import { specFromForm } from './form-to-spec.ts';
import { initialValues } from './form-values.ts';

/** Everything that a shell could trip over. */
const spec = specFromForm({ ...initialValues, name: `it's "η" $HOME \`id\` \\n %s, [1,\n 2]` });
const origin = 'http://127.0.0.1:8787';

test('the text is the spec, with lists of numbers on one line', () => {
	assert.deepEqual(JSON.parse(specText(spec)), spec);
	assert.match(specText(spec), /"eta": \[0\.01, 0\.1, 0\.5\]/);
});

test('a shell hands exactly the spec to curl', () => {
	const command = `curl() { printf '%s' "$6"; }\n${curlCommand(spec, origin)}`;
	assert.deepEqual(JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' })), spec);
});

test('a shell writes exactly the spec to the file that is submitted', (context) => {
	const folder = mkdtempSync(join(tmpdir(), 'basin-commands-'));
	context.after(() => rmSync(folder, { recursive: true }));
	const said = execFileSync('sh', ['-c', `npx() { echo "$BASIN_URL $*"; }\n${cliCommand(spec, origin)}`], {
		cwd: folder,
		encoding: 'utf8',
	});
	assert.equal(said.trim(), `${origin} basin submit sweep.json --watch`);
	assert.deepEqual(JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')), spec);
});
