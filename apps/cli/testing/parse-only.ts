import { PassThrough } from 'node:stream';
import { sweepId } from '@basin/client/testing/samples.ts';
import type { Command } from 'commander';
import { createProgram } from '../program.ts';
import { Shell } from '../shell.ts';

const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];

/** The program with its actions taken out: it parses and does nothing. */
export function parseOnly(): Command {
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

/** The commands that do something themselves. */
export function leaves(command: Command): Command[] {
	return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

/** The `basin …` lines of a text, as arguments: without what the shell does with them, and with an id for each `swp_…`. */
export function basinLines(text: string): string[][] {
	return text.split('\n').flatMap((line) => {
		const found = /(?:^ *|\()basin ([^#|<>)]*)/
			.exec(line)?.[1]
			?.replace(/ {3,}.*/, '')
			.trim();
		if (found === undefined) return [];
		return [found.replace(/([a-z]{3}_)…/g, `$1${sweepId.slice(4)}`).split(/\s+/)];
	});
}
