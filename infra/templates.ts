/** `node infra/templates.ts FOLDER` writes what CloudFormation would be given, of a stage that keeps its data and of one that does not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { synthesize } from './testing/synthesize.ts';

const folder = process.argv[2] ?? '.';
const stages = { prod: { alarmEmail: 'owner@example.com' }, dev: { retainData: false } };
for (const [stage, settings] of Object.entries(stages)) {
	const template = JSON.stringify(synthesize(stage, settings), null, 2);
	writeFileSync(join(folder, `${stage}.template.json`), template);
}
