/** The CDK app: one stack, of the stage that `-c stage=NAME` names. Run by `npm run synth`, `deploy` and `destroy`. */
import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from '../settings.ts';
import { BasinStack } from '../stack.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const app = new App();
const settings = readSettings(app.node.tryGetContext('basin'), app.node.tryGetContext('stage') ?? 'prod');
new BasinStack(app, `basin-${settings.stage}`, {
	settings,
	folders: { repository: at('.'), bundles: at('functions/dist'), web: at('apps/web/dist') },
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
