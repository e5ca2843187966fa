import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { sweepId } from '@basin/client/testing/samples.ts';
import type { Command } from 'commander';
import { createProgram } from './program.ts';
import { Shell } from './shell.ts';

const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];

/** The program with its actions taken out: it parses and does nothing. */
function parseOnly(): Command {
	const program = createProgram(
		new Shell({
			...{ stdin, stdout, stderr, defaultUrl: 'http://127.0.0.1:8787', invocation: 'basin', isDumbTerminal: false },
			environment: {},
			interrupted: new AbortController().signal,
		}),
		'0.0.0',
	);
	for (const command of leaves(program)) command.action(() => {});
	return program;
}

function leaves(command: Command): Command[] {
	if (command.commands.length === 0) return [command];
	return command.commands.flatMap(leaves);
}

/** What `--help` prints, with what is added after the options. */
async function helpOf(command: Command): Promise<string> {
	const written = new PassThrough();
	command.configureOutput({ writeOut: (chunk) => written.write(chunk) });
	command.outputHelp();
	written.end();
	return text(written);
}

/** Of a help's examples the arguments of each `basin` line, without what the shell does with them. */
function exampleLines(help: string): string[] {
	return help.split('\n').flatMap((line) => {
		const found = /(?:^ {2}|\()basin ([^#|<>)]*)/.exec(line)?.[1];
		return found === undefined
			? []
			: [
					found
						.replace(/ {3,}.*/, '')

						.trim(),
				];
	});
}

const hidden = new Set(['complete']);

test('every command explains itself with examples, and each example is one that the command understands', async () => {
	const commands = leaves(parseOnly());
	let examples = 0;
	for (const command of commands.filter((command) => !hidden.has(command.name()))) {
		const help = await helpOf(command);
		const [, after] = help.split(/^Examples?:$/m);
		assert.ok(after, `${command.name()} --help has no examples`);
		for (const line of exampleLines(after)) {
			const args = line.replace(/([a-z]{3}_)…/g, `$1${sweepId.slice(4)}`).split(/\s+/);
			await assert.doesNotReject(parseOnly().parseAsync(args, { from: 'user' }), `basin ${line}`);
			examples++;
		}
	}
	assert.ok(examples >= 40, `only ${examples} examples were found`);
	await assert.rejects(parseOnly().parseAsync(['list', '--nothing'], { from: 'user' }));
});
