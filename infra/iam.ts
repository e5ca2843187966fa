/** `node infra/iam.ts --write | --check`: iam.md, what every role of the stack may do, for reviewers to read. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { type Json, resourcesOf, type StackTemplate, synthesize } from './testing/synthesize.ts';

const target = new URL('./iam.md', import.meta.url);

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
type Permissions = { role: string; trusts: string; managed: string[]; statements: Statement[] };

/** What the roles of a template may do, by role. */
export function permissionsOf(template: StackTemplate): Permissions[] {
	const policies = resourcesOf(template, 'AWS::IAM::Policy');
	return resourcesOf(template, 'AWS::IAM::Role').map(([role, { Properties }]) => ({
		role,
		trusts: Properties.AssumeRolePolicyDocument.Statement.flatMap(({ Principal }: { Principal: object }) =>
			Object.values(Principal).map(textOf),
		).join(', '),
		managed: (Properties.ManagedPolicyArns ?? []).map(textOf),
		statements: [
			...(Properties.Policies ?? []).flatMap((policy: Json) => policy.PolicyDocument.Statement),
			...policies
				.filter(([, policy]) => policy.Properties.Roles.some((held: { Ref?: string }) => held.Ref === role))
				.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement),
		],
	}));
}

/** A value of CloudFormation as a reader would write it: `${Resource.Arn}/sweeps/*`. */
export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return value.map(textOf).join(', ');
	const [name, argument] = Object.entries(value as object)[0] as [string, Json];
	if (name === 'Ref') return `\${${argument}}`;
	if (name === 'Fn::GetAtt') return `\${${argument.join('.')}}`;
	if (name === 'Fn::Join') return argument[1].map(textOf).join(argument[0]);
	if (name === 'Fn::Sub') return textOf(Array.isArray(argument) ? argument[0] : argument);
	return JSON.stringify(value);
}

const listOf = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());
const cell = (items: string[]) => items.map((item) => `\`${item}\``).join('<br>');

export function renderIam(template: StackTemplate): string {
	const sections = permissionsOf(template)
		.toSorted((a, b) => (a.role < b.role ? -1 : 1))
		.map(({ role, trusts, managed, statements }) => {
			const rows = statements.map(({ Effect, Action, Resource, Condition }) => {
				const when = Condition === undefined ? '' : `\`${JSON.stringify(Condition)}\``;
				const effect = Effect === 'Allow' ? '' : `**${Effect}** `;
				return `| ${effect}${cell(listOf(Action))} | ${cell([Resource].flat().map(textOf))} | ${when} |`;
			});
			const table = rows.length === 0 ? [] : ['', '| actions | on | when |', '|---|---|---|', ...rows];
			const own = managed.length === 0 ? [] : ['', `AWS’s own policies: ${cell(managed)}`];
			return [`## ${role}`, '', `For \`${trusts}\`.`, ...own, ...table, ''].join('\n');
		});
	return [
		'# What every role may do',
		'',
		'Made by `node infra/iam.ts --write` from the template of the stage `prod`; a test fails when it is out of date, so that a review sees every',
		'change of a permission.',
		'',
		...sections,
	].join('\n');
}

function main(mode: string | undefined): number {
	const rendered = renderIam(synthesize('prod'));
	if (mode === '--write') {
		writeFileSync(target, rendered);
		return 0;
	}
	if (readFileSync(target, 'utf8') === rendered) return 0;
	console.error('infra/iam.md is out of date: run node infra/iam.ts --write, and read what has changed.');
	return 1;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
