import { readEnv } from '@basin/core/contracts/env.ts';
import { Command } from 'commander';
import { jsonOption } from '../arguments.ts';
import { type Check, examine } from '../checks.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';

const colours = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;
/** Whoever asks what is wrong does not want to wait for retries. */
const impatient = { retry: { attempts: 1 }, timeoutMs: 5_000 };

/** `basin doctor` */
export function doctorCommand(shell: Shell): Command {
	const command = new Command('doctor')
		.description('check this machine and the server, and say what to do about what is wrong')
		.addOption(jsonOption())
		.action((options: { json?: boolean }, command: Command) => doctor(shell, command.parent!.version()!, options));
	return addExamples(command, shell, [['doctor'], ['doctor --url https://basin.example.org --json']]);
}

async function doctor(shell: Shell, version: string, { json }: { json?: boolean }): Promise<void> {
	const { BASIN_HOME } = readEnv({ BASIN_HOME: shell.surroundings.environment.BASIN_HOME });
	const client = shell.clientWith(impatient);
	const checks: Check[] = [];
	for await (const check of examine({ client, url: shell.url, home: BASIN_HOME, version, signal: shell.interrupted })) {
		checks.push(check);
		if (!json) printCheck(shell, check);
	}
	if (json) shell.printJson({ checks });
	const failed = checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
	if (failed.length > 0) shell.exitCode = failed.includes('server') ? exitCodes.unreachable : exitCodes.failed;
}

function printCheck(shell: Shell, { name, status, finding, advice }: Check): void {
	shell.print(`${shell.style(colours[status], status.padEnd(7))}  ${name.padEnd(15)}  ${printable(finding)}`);
	if (advice !== undefined) shell.print(`${' '.repeat(26)}→ ${advice}`);
}
