import { Scope, type Token } from '@basin/core/contracts/access.ts';
import { TokenId } from '@basin/core/contracts/ids.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption } from '../arguments.ts';
import { printable, timestamp } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';
import { projectArgument } from './project.ts';

type Json = { json?: boolean };
type CreateOptions = Json & { scope: Scope; expires: number | null; project?: string };

/** `basin token create|list|revoke` */
export function tokenCommand(shell: Shell): Command {
	return new Command('token')
		.description('let people and pipelines in, and out')
		.addCommand(createCommand(shell))
		.addCommand(listCommand(shell))
		.addCommand(revokeCommand(shell));
}

function projectOption(): Option {
	return new Option('--project <name>', 'another than the one of your token').argParser(projectArgument);
}

/** `90d` as days; null for `never`. */
function expiryOption(value: string): number | null {
	if (value === 'never') return null;
	const [, days] = /^(\d{1,4})d$/.exec(value) ?? [];
	if (days === undefined) throw new InvalidArgumentError('It must be days, such as 90d, or never.');
	return Number(days);
}

function tokenIdArgument(value: string): string {
	const parsed = TokenId.safeParse(value.trim());
	if (!parsed.success) throw new InvalidArgumentError('An id is tok_ and 26 letters and digits, not the token itself.');
	return parsed.data;
}

function createCommand(shell: Shell): Command {
	const command = new Command('create')
		.description('make a token and print it, once')
		.argument('[name]', 'what it is for', 'cli')
		.addOption(new Option('--scope <scope>', 'what it may do').choices(Scope.options).makeOptionMandatory())
		.addOption(new Option('--expires <days>', 'such as 90d, or never').argParser(expiryOption).default(90, '90d'))
		.addOption(projectOption())
		.addOption(jsonOption())
		.action((name: string, options: CreateOptions) => create(shell, name, options));
	return addExamples(command, shell, [
		['token create ci --scope submit --expires 90d'],
		['token create admin --scope admin --project vision', 'the first one of a project'],
	]);
}

async function create(shell: Shell, name: string, { scope, expires, project, json }: CreateOptions): Promise<void> {
	const input = { name, scope, expiresInDays: expires, ...(project === undefined ? {} : { project }) };
	const made = await shell.client.createToken(input, { signal: shell.interrupted });
	if (json) return shell.printJson(made);
	shell.print(made.token);
	const until = made.expiresAt === null ? 'until it is revoked' : `until ${timestamp(made.expiresAt)}`;
	shell.note(`${made.id}, ${scope} in ${made.project}, valid ${until}. Keep it now: it is not shown again.`);
}

function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('list the tokens of a project, without their secrets')
		.addOption(projectOption())
		.addOption(jsonOption())
		.action(async ({ project, json }: Json & { project?: string }) => {
			const page = await shell.client.listTokens({ project }, { signal: shell.interrupted });
			if (json) return shell.printJson(page);
			if (page.items.length === 0) return shell.note('There is no token yet.');
			const heads = ['Token', 'Name', 'Scope', 'Made', 'Valid until', 'Last used'].map((head) => ({ head }));
			shell.print(renderTable(heads, page.items.map(cellsOf)));
		});
	return addExamples(command, shell, [['token list']]);
}

function cellsOf({ id, name, scope, createdAt, expiresAt, revokedAt, lastUsedAt }: Token): string[] {
	const untilThen = expiresAt === null ? 'it is revoked' : timestamp(expiresAt);
	const end = revokedAt === null ? untilThen : `revoked ${timestamp(revokedAt)}`;
	return [id, printable(name), scope, timestamp(createdAt), end, lastUsedAt === null ? 'never' : timestamp(lastUsedAt)];
}

function revokeCommand(shell: Shell): Command {
	const command = new Command('revoke')
		.description('let nobody in with a token any more, from now on')
		.argument('<token>', 'its id', tokenIdArgument)
		.addOption(jsonOption())
		.action(async (tokenId: string, { json }: Json) => {
			const revoked = await shell.client.revokeToken(tokenId, { signal: shell.interrupted });
			if (json) return shell.printJson(revoked);
			shell.print(`${revoked.id} (${printable(revoked.name)}) is revoked.`);
		});
	return addExamples(command, shell, [['token revoke tok_01j0000000000000000000000a']]);
}
