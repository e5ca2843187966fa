import { z } from 'zod';
import type { Api } from './deps.ts';

type Schemas = Record<string, object>;

/** The names beside a scheme are scopes, each of which includes the ones before it. */
const securitySchemes = {
	token: {
		type: 'http',
		scheme: 'bearer',
		description:
			'A token of one project, with a scope: read < submit < admin. `npm start` on a loopback address needs none.',
	},
} as const;

/**
 * The OpenAPI 3.1 description of the app's routes. The schemas come from zod itself: zod-to-openapi 9.1 writes a nullable
 * reference as one that is never null.
 */
export function openApiDocument(app: Api) {
	const document = app.getOpenAPI31Document({
		openapi: '3.1.0',
		info: {
			title: 'Basin',
			version: '1',
			description:
				'Hyperparameter sweeps over batch size, learning rate and momentum, ranked by accuracy and by seconds per epoch. Errors are `application/problem+json` (RFC 9457).',
			license: { name: 'MIT' },
		},
		tags: ['sweeps', 'trials', 'baselines', 'datasets', 'engines', 'access', 'health'].map((name) => ({ name })),
	});
	const schemas = schemasOf(document);
	const { webhooks: _, ...rest } = document;
	return { ...rest, components: { ...document.components, schemas, securitySchemes } };
}

/** The contracts that the routes refer to, and those that these refer to, by name. */
function schemasOf(document: object): Schemas {
	const all = contractSchemas();
	const schemas: Schemas = {};
	const add = (text: string) => {
		for (const [, id] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
			if (id! in schemas) continue;
			schemas[id!] = all[id!] ?? missing(id!);
			add(JSON.stringify(schemas[id!]));
		}
	};
	add(JSON.stringify({ ...document, components: {} }));
	return Object.fromEntries(Object.entries(schemas).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Every contract that has an id, as people write it: a member with a default may be left out. */
function contractSchemas(): Schemas {
	const { schemas } = z.toJSONSchema(z.globalRegistry, {
		io: 'input',
		uri: (id) => `#/components/schemas/${id}`,
		unrepresentable: 'any',
		override: ({ jsonSchema }) => {
			// The bounds that zod gives every integer say nothing about this one.
			if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
			if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
			// `format` says the same as the long pattern that zod makes of a date.
			if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
			nameItemsOfTuple(jsonSchema);
			describeDefault(jsonSchema);
			listWordsOfUnion(jsonSchema);
		},
	});
	return Object.fromEntries(
		Object.entries(schemas).map(([id, { $id: _, $schema: __, id: ___, ...schema }]) => [id, schema]),
	);
}

/** `[number, number]` as an array of exactly two numbers: the same, and generators of clients know no `items: false`. */
function nameItemsOfTuple(schema: { prefixItems?: unknown; items?: unknown }): void {
	const { prefixItems, items } = schema;
	if (items !== false || !Array.isArray(prefixItems)) return;
	const [first, ...rest] = prefixItems;
	if (rest.some((item) => JSON.stringify(item) !== JSON.stringify(first))) return;
	schema.items = first;
	delete schema.prefixItems;
}

/** The default of an object, in words: generators of clients refuse one as a value. */
function describeDefault(schema: { default?: unknown; description?: string }): void {
	const { default: fallback, description } = schema;
	if (typeof fallback !== 'object' || fallback === null || Array.isArray(fallback)) return;
	const said = `Default: \`${JSON.stringify(fallback)}\`.`;
	schema.description = description === undefined ? said : `${description} ${said}`;
	delete schema.default;
}

/** `10 or "full"`: the word as a list of one, since generators of clients take a `const` for the only value that there is. */
function listWordsOfUnion({ anyOf }: { anyOf?: { const?: unknown; enum?: unknown[] }[] }): void {
	for (const member of anyOf ?? []) {
		if (typeof member.const !== 'string') continue;
		member.enum = [member.const];
		delete member.const;
	}
}

function missing(id: string): never {
	throw new Error(`The contract ${id} is used by a route, but is not in zod's registry.`);
}
