import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Command } from 'commander';
import { basinLines, leaves, parseOnly } from './testing/parse-only.ts';

/** What `--help` prints, with what is added after the options. */
async function helpOf(command: Command): Promise<string> {
	const written = new PassThrough();
	command.configureOutput({ writeOut: (chunk) => written.write(chunk) });
	command.outputHelp();
	written.end();
	return text(written);
}

test('every command explains itself with examples, and each example is one that the command understands', async () => {
	let examples = 0;
	for (const command of leaves(parseOnly()).filter((command) => command.name() !== 'complete')) {
		const [, after] = (await helpOf(command)).split(/^Examples?:$/m);
		assert.ok(after, `${command.name()} --help has no examples`);
		for (const args of basinLines(after)) {
			await assert.doesNotReject(parseOnly().parseAsync(args, { from: 'user' }), `basin ${args.join(' ')}`);
			examples++;
		}
	}
	assert.ok(examples >= 40, `only ${examples} examples were found`);
	await assert.rejects(parseOnly().parseAsync(['list', '--nothing'], { from: 'user' }));
});
