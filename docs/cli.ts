/** `node docs/cli.ts --write | --check`: the reference in cli.md, from what `basin COMMAND --help` prints. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { createProgram } from '@basin/cli/program.ts';
import { Shell } from '@basin/cli/shell.ts';
import type { Command } from 'commander';

const target = new URL('./cli.md', import.meta.url);
const marker = '<!-- From here on made by `node docs/cli.ts --write`. -->';
const columns = 100;

/** The page: what is written by hand up to the marker, then the help of every command. */
export function renderCliPage(page: string): string {
	const [byHand, rest] = page.split(marker);
	if (rest === undefined) throw new Error(`docs/cli.md has lost the line ${marker}`);
	const program = createProgram(quietShell(), '0.0.0');
	const commands = [program, ...program.commands.flatMap((command) => [command, ...command.commands])];
	const sections = commands
		.filter(isShown)
		.map((command) => `### ${wordsOf(command)}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`);
	return [`${byHand}${marker}\n`, '## Reference\n', ...sections].join('\n');
}

/** `complete` is what the completion scripts call; `help` is commander's own. */
function isShown(command: Command): boolean {
	return !['complete', 'help'].includes(command.name());
}

function wordsOf(command: Command): string {
	return command.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();
}

function helpOf(command: Command): string {
	const chunks: string[] = [];
	command
		.configureHelp({ helpWidth: columns, showGlobalOptions: false })
		.configureOutput({ writeOut: (chunk) => chunks.push(chunk) })
		.outputHelp();
	return chunks.join('').trim();
}

function quietShell(): Shell {
	const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
	const interrupted = new AbortController().signal;
	const surroundings = { stdin, stdout, stderr, environment: {}, interrupted, isDumbTerminal: false };
	return new Shell({ ...surroundings, defaultUrl: 'http://127.0.0.1:8787', invocation: 'basin' });
}

function main(mode: string | undefined): number {
	const page = readFileSync(target, 'utf8');
	const rendered = renderCliPage(page);
	if (mode === '--write') {
		writeFileSync(target, rendered);
		return 0;
	}
	if (page === rendered) return 0;
	console.error('docs/cli.md is out of date: run node docs/cli.ts --write');
	return 1;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
