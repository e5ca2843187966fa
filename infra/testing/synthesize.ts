import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from '../settings.ts';
import { BasinStack } from '../stack.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of a hundred shapes, and tests look at a few.
export type Json = any;
export type Resource = {
	Type: string;
	Properties: Record<string, Json>;
	DependsOn?: string[];
	DeletionPolicy?: string;
};
export type StackTemplate = { Resources: Record<string, Resource>; Outputs: Record<string, unknown> };

/** Its flags of CDK's are part of what a template is. */
const cdkFile = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')) as {
	context: Record<string, unknown>;
};

/** What stands in for bundles and pages where only the template is looked at. */
const stubs = [
	'bundles/api/handler.mjs',
	'bundles/tick/handler.mjs',
	'bundles/dead-letter/handler.mjs',
	'bundles/migrate/handler.mjs',
	'bundles/migrate/migrations/meta/_journal.json',
	'web/index.html',
	'web/assets/page-1.js',
];

/**
 * The template of a stage of cdk.json, or of one of these settings; with an image from a registry, so that the repository is not copied.
 * @throws when cdk-nag finds what nobody accepted
 */
export function synthesize(stage: string, settings: Record<string, unknown> = {}): StackTemplate {
	const folder = mkdtempSync(join(tmpdir(), 'basin-infra-'));
	try {
		for (const path of stubs) {
			mkdirSync(join(folder, dirname(path)), { recursive: true });
			writeFileSync(join(folder, path), '');
		}
		const app = new App({ outdir: join(folder, 'out'), context: cdkFile.context });
		const image = { workerImage: 'registry.example/basin-worker:1' };
		const context = { stages: { [stage]: { ...image, ...settings } } };
		const folders = { repository: folder, bundles: join(folder, 'bundles'), web: join(folder, 'web') };
		new BasinStack(app, `basin-${stage}`, { settings: readSettings(context, stage), folders });
		Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
		return app.synth().getStackByName(`basin-${stage}`).template as StackTemplate;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Resources of one type, by their logical ids. */
export function resourcesOf({ Resources }: StackTemplate, type: string): [string, Resource][] {
	return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type whose logical id begins so. */
export function theResource(template: StackTemplate, type: string, prefix = ''): Resource {
	const found = resourcesOf(template, type).filter(([id]) => id.startsWith(prefix));
	if (found.length !== 1) throw new Error(`${found.length} resources of ${type} begin with "${prefix}".`);
	return found[0]![1];
}
