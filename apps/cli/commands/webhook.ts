import { take } from '@basin/client';
import { WebhookId } from '@basin/core/contracts/ids.ts';
import { type WebhookDelivery, WebhookEvent } from '@basin/core/contracts/webhooks.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption, limitOption } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable, timestamp } from '../format.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

type Json = { json?: boolean };

/** `basin webhook add|list|remove|test|deliveries` */
export function webhookCommand(shell: Shell): Command {
	return new Command('webhook')
		.description('have a URL told when sweeps end')
		.addCommand(addCommand(shell))
		.addCommand(listCommand(shell))
		.addCommand(removeCommand(shell))
		.addCommand(testCommand(shell))
		.addCommand(deliveriesCommand(shell));
}

function webhookIdArgument(value: string): string {
	const parsed = WebhookId.safeParse(value.trim());
	if (!parsed.success) throw new InvalidArgumentError('An id is whk_ and 26 letters and digits.');
	return parsed.data;
}

function eventOption(value: string, earlier: WebhookEvent[] = []): WebhookEvent[] {
	const parsed = WebhookEvent.safeParse(value);
	if (!parsed.success) throw new InvalidArgumentError(`Events: ${WebhookEvent.options.join(', ')}.`);
	return [...earlier, parsed.data];
}

function exampleOf(shell: Shell, words: string): string {
	return `\nExample:\n  ${shell.surroundings.invocation} webhook ${words}`;
}

function addCommand(shell: Shell): Command {
	return new Command('add')
		.description('tell a URL of the ends of sweeps; prints the secret that signs, once')
		.argument('<url>', 'begins with https://')
		.addOption(new Option('--event <event>', 'only of this one; may be repeated').argParser(eventOption))
		.addOption(jsonOption())
		.addHelpText('after', exampleOf(shell, 'add https://example.com/basin --event sweep.failed'))
		.action(async (url: string, { event, json }: Json & { event?: WebhookEvent[] }) => {
			const input = { url, ...(event ? { events: event } : {}) };
			const webhook = await shell.client.createWebhook(input, { signal: shell.interrupted });
			if (json) return shell.printJson(webhook);
			shell.print(`${webhook.id}\n${webhook.secret}`);
			shell.note('The second line is the secret that signs every delivery: keep it now, it is not shown again.');
		});
}

function listCommand(shell: Shell): Command {
	return new Command('list')
		.description('list the webhooks')
		.addOption(jsonOption())
		.addHelpText('after', exampleOf(shell, 'list'))
		.action(async ({ json }: Json) => {
			const page = await shell.client.listWebhooks({ signal: shell.interrupted });
			if (json) return shell.printJson(page);
			if (page.items.length === 0)
				return shell.note(`There is no webhook yet: ${shell.commandLine('webhook', 'add', 'https://…')}`);
			const rows = page.items.map(({ id, url, events, createdAt }) => [
				id,
				printable(url),
				events.join(', '),
				timestamp(createdAt),
			]);
			shell.print(renderTable([{ head: 'Webhook' }, { head: 'URL' }, { head: 'Events' }, { head: 'Made' }], rows));
		});
}

function removeCommand(shell: Shell): Command {
	return new Command('remove')
		.description('tell it nothing more; what it was not told yet is dropped')
		.argument('<webhook>', 'its id', webhookIdArgument)
		.addOption(jsonOption())
		.addHelpText('after', exampleOf(shell, 'remove whk_…'))
		.action(async (webhookId: string, { json }: Json) => {
			const removed = await shell.client.deleteWebhook(webhookId, { signal: shell.interrupted });
			if (json) return shell.printJson(removed);
			shell.print(`${removed.id} (${printable(removed.url)}) is removed.`);
		});
}

function testCommand(shell: Shell): Command {
	return new Command('test')
		.description('send it an event now, and say how that went (exit code 1: it was not taken)')
		.argument('<webhook>', 'its id', webhookIdArgument)
		.addOption(jsonOption())
		.addHelpText('after', exampleOf(shell, 'test whk_…'))
		.action(async (webhookId: string, { json }: Json) => {
			const delivery = await shell.client.testWebhook(webhookId, { signal: shell.interrupted });
			if (delivery.state !== 'delivered') shell.exitCode = exitCodes.failed;
			if (json) return shell.printJson(delivery);
			shell.print(delivery.state === 'delivered' ? `It answered ${delivery.status}.` : printable(delivery.error ?? ''));
		});
}

function deliveriesCommand(shell: Shell): Command {
	return new Command('deliveries')
		.description('show what it was told, newest first, and how that went')
		.argument('<webhook>', 'its id', webhookIdArgument)
		.addOption(limitOption(20))
		.addOption(jsonOption())
		.addHelpText('after', exampleOf(shell, 'deliveries whk_…'))
		.action(async (webhookId: string, { limit, json }: Json & { limit: number }) => {
			const items = await take(shell.client.eachWebhookDelivery(webhookId, { signal: shell.interrupted }), limit);
			if (json) return shell.printJson({ items, nextCursor: null });
			if (items.length === 0) return shell.note('It was told nothing yet.');
			const heads = ['When', 'Event', 'Sweep', 'State', 'Attempts', 'Last answer'];
			shell.print(
				renderTable(
					heads.map((head) => ({ head })),
					items.map(deliveryCells),
				),
			);
		});
}

function deliveryCells({ createdAt, event, sweepId, state, attempts, status, error, nextAttemptAt }: WebhookDelivery) {
	const next = nextAttemptAt === null ? '' : `, again at ${timestamp(nextAttemptAt)}`;
	const answer = error === null ? String(status ?? '–') : printable(error);
	return [timestamp(createdAt), event, sweepId ?? '–', `${state}${next}`, String(attempts), answer];
}
