import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Env } from '@basin/core/contracts/env.ts';
import { theResource } from '../testing/synthesize.ts';
import { prod } from './templates.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Lambda sets it itself. */
const ofLambda = ['AWS_REGION'];
/** The AWS SDK's and Node's own. */
const ofOthers = ['AWS_USE_DUALSTACK_ENDPOINT', 'NODE_EXTRA_CA_CERTS'];
/** Left at their defaults: AWS's own endpoints, no address to bind, no webhook into the network, times and limits that suit everybody. */
const leftOut = [
	'AWS_ENDPOINT_URL_SQS',
	'AWS_ENDPOINT_URL_S3',
	'AWS_ENDPOINT_URL_BATCH',
	'AWS_ENDPOINT_URL_EVENTBRIDGE',
	'BASIN_HOST',
	'BASIN_REQUESTS_PER_MINUTE',
	'BASIN_TICK_SECONDS',
	'BASIN_REDISPATCH_SECONDS',
	'BASIN_WEBHOOK_PRIVATE_ADDRESSES',
];

/** Our modules that a file imports, itself too. */
function modulesOf(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+|@basin\/[^']+)'/g)) {
		const path = from!.startsWith('.')
			? join(dirname(file), from!)
			: join(repository, from!.replace('@basin/api/', 'apps/api/').replace('@basin/', ''));
		if (existsSync(path)) modulesOf(path, seen);
	}
	return seen;
}

/** Code without comments and texts: sentences name variables too. */
const codeOf = (file: string) =>
	readFileSync(file, 'utf8')
		.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')
		.replaceAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");

/** Variables that a program reads of its environment, in whichever of its modules. */
function readBy(entry: string): string[] {
	const modules = [...modulesOf(join(repository, entry))].filter((file) => !file.endsWith('core/contracts/env.ts'));
	const code = modules.map(codeOf).join('\n');
	return Object.keys(Env.shape).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
}

/** The functions of a handler, and what modules that it shares with another read for that one only. */
const functions: Record<string, { ids: string[]; ofOtherHandlers: string[] }> = {
	'functions/api/handler.ts': { ids: ['ApiFunction'], ofOtherHandlers: ['BASIN_JOB_QUEUE', 'BASIN_JOB_DEFINITION'] },
	'functions/tick/handler.ts': { ids: ['TickFunction', 'TickHousekeeping'], ofOtherHandlers: [] },
	'functions/dead-letter/handler.ts': {
		ids: ['DeadLetterFunction'],
		ofOtherHandlers: ['BASIN_JOB_QUEUE', 'BASIN_JOB_DEFINITION', 'BASIN_TICK_RULE'],
	},
	'functions/migrate/handler.ts': { ids: ['MigrateFunction'], ofOtherHandlers: [] },
};
const variablesOf = (id: string): string[] =>
	Object.keys(theResource(prod, 'AWS::Lambda::Function', id).Properties.Environment.Variables);
const ofWorker: string[] = theResource(
	prod,
	'AWS::Batch::JobDefinition',
).Properties.ContainerProperties.Environment.map(({ Name }: { Name: string }) => Name);

for (const [entry, { ids, ofOtherHandlers }] of Object.entries(functions)) {
	test(`every variable that ${entry} reads is set, or left at its default on purpose`, () => {
		const read = readBy(entry);
		assert.ok(read.includes('DATABASE_URL'), read.join());
		for (const id of ids) {
			const given = [...variablesOf(id), ...leftOut, ...ofLambda, ...ofOtherHandlers];
			assert.deepEqual(
				read.filter((name) => !given.includes(name)),
				[],
				id,
			);
		}
	});
}

test('every variable that is set is one that Basin, the SDK or Node knows', () => {
	const known = [...Object.keys(Env.shape), ...ofOthers];
	for (const names of [...Object.values(functions).flatMap(({ ids }) => ids.map(variablesOf)), ofWorker])
		assert.deepEqual(
			names.filter((name) => !known.includes(name)),
			[],
		);
});

test('a worker is told where database, queue and bucket are, how to sign in, and where it computes', () => {
	const places = ['BASIN_WORKER_DATABASE_URL', 'BASIN_QUEUE_URL', 'BASIN_BUCKET', 'AWS_REGION'];
	for (const name of [...places, 'BASIN_DATABASE_AUTH', 'BASIN_PROVIDER']) assert.ok(ofWorker.includes(name), name);
});
