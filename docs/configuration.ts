/** `node docs/configuration.ts --write | --check`: the table of environment variables, from their schema. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { Env } from '@basin/core/contracts/env.ts';
import type { z } from 'zod';

const target = new URL('./configuration.md', import.meta.url);

/** The whole page; every variable is a row, in the schema's order. */
export function renderConfiguration(): string {
	const rows = Object.entries(Env.shape).map(([name, schema]) => {
		const defaultValue = (schema as z.ZodType).safeParse(undefined);
		const shown = defaultValue.success && defaultValue.data !== undefined ? `\`${defaultValue.data}\`` : '';
		return `| \`${name}\` | ${shown} | ${(schema as z.ZodType).description ?? ''} |`;
	});
	return [
		'# Configuration',
		'',
		'Everything is an environment variable; an empty one counts as unset. The AWS SDK’s own variables',
		'(`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, …) work as they do everywhere. This page is made by `node docs/configuration.ts --write`.',
		'',
		'| variable | default | what it sets |',
		'|---|---|---|',
		...rows,
		'',
	].join('\n');
}

function main(mode: string | undefined): number {
	if (mode === '--write') {
		writeFileSync(target, renderConfiguration());
		return 0;
	}
	if (readFileSync(target, 'utf8') === renderConfiguration()) return 0;
	console.error('docs/configuration.md is out of date: run node docs/configuration.ts --write');
	return 1;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
