import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { defaultInputs } from './testing/environment.ts';

test('action.yml hands every input to the bundle under the name that it reads, with the recorded defaults', async () => {
	const action = parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8'));
	const [step] = action.runs.steps;
	const names = Object.keys(action.inputs).filter((name) => name !== 'artifact');
	assert.deepEqual(
		step.env,
		Object.fromEntries(
			names.map((name) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, `\${{ inputs.${name} }}`]),
		),
	);
	for (const [name, value] of Object.entries(defaultInputs)) {
		if (name === 'INPUT_GITHUB_TOKEN') continue;
		const input = action.inputs[name.replace('INPUT_', '').toLowerCase().replaceAll('_', '-')];
		assert.equal(input.default ?? '', value, name);
	}
	assert.match(step.run, /apps\/action\/bundle\/main\.mjs/);
});
