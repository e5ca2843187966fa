import { ProjectName } from '@basin/core/contracts/access.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption, positiveInteger } from '../arguments.ts';
import { timestamp } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

type CreateOptions = { maxQueuedTrials?: number; json?: boolean };

/** `basin project create|list` */
export function projectCommand(shell: Shell): Command {
	return new Command('project')
		.description('keep the sweeps of teams apart')
		.addCommand(createCommand(shell))
		.addCommand(listCommand(shell));
}

export function projectArgument(value: string): string {
	const parsed = ProjectName.safeParse(value);
	if (!parsed.success) throw new InvalidArgumentError(`A name ${parsed.error.issues[0]?.message}.`);
	return parsed.data;
}

function createCommand(shell: Shell): Command {
	const command = new Command('create')
		.description('make a project; then "basin token create --project" makes its first token')
		.argument('<name>', 'such as vision', projectArgument)
		.addOption(
			new Option('--max-queued-trials <count>', 'that may wait or run at once; any number unless told').argParser(
				positiveInteger,
			),
		)
		.addOption(jsonOption())
		.action(async (name: string, { maxQueuedTrials, json }: CreateOptions) => {
			const input = { name, maxQueuedTrials: maxQueuedTrials ?? null };
			const project = await shell.client.createProject(input, { signal: shell.interrupted });
			if (json) return shell.printJson(project);
			shell.print(`${project.name} is there.`);
			shell.note(`Its first token: ${shell.commandLine('token', 'create', '--scope', 'admin', '--project', name)}`);
		});
	return addExamples(command, shell, [['project create vision --max-queued-trials 100000']]);
}

function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('list the projects that you may see')
		.addOption(jsonOption())
		.action(async ({ json }: { json?: boolean }) => {
			const page = await shell.client.listProjects({ signal: shell.interrupted });
			if (json) return shell.printJson(page);
			const heads = ['Project', 'Queued trials at most', 'Made'].map((head) => ({ head }));
			const rows = page.items.map(({ name, maxQueuedTrials, createdAt }) => [
				name,
				maxQueuedTrials === null ? 'any' : String(maxQueuedTrials),
				timestamp(createdAt),
			]);
			shell.print(renderTable(heads, rows));
		});
	return addExamples(command, shell, [['project list']]);
}
