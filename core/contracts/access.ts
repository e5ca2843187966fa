import { z } from 'zod';

/** What a token may do; each includes those before it. */
export const Scope = z.enum(['read', 'submit', 'admin']);
export type Scope = z.infer<typeof Scope>;

/** Whether a token of scope `own` may do what needs `needed`. */
export function includesScope(own: Scope, needed: Scope): boolean {
	return Scope.options.indexOf(own) >= Scope.options.indexOf(needed);
}

/** Where everything lies that nobody gave a project; its admins also make the other projects. */
export const defaultProject = { id: 'prj_00000000000000000000000000', name: 'default' } as const;

/** HMAC-SHA-256 takes any key; a shorter one than its output could be guessed. */
export const tokenKeyLength = 32;

const daysLimit = 3650;

export const ProjectName = z
	.string()
	.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a–z, 0–9 and "-", and start with a letter or digit');

const AccessName = z
	.string()
	.min(1)
	.max(100)
	.refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not contain control characters');

const Timestamp = z.iso.datetime();

/** Body of `POST /v1/tokens`. */
export const TokenInput = z
	.strictObject({
		name: AccessName.meta({ description: 'What it is for, to tell it from others in a list.', example: 'ci' }),
		scope: Scope.meta({
			description:
				'`read`: every GET of data. `submit`: also sweeps, their controls, and uploads. `admin`: also deleting, tokens and projects.',
		}),
		expiresInDays: z
			.int()
			.min(1)
			.max(daysLimit)
			.nullable()
			.default(90)
			.meta({ description: 'Null: it is valid until it is revoked.' }),
		project: ProjectName.optional().meta({
			description: 'Only an admin of the project `default` may name another than its own.',
		}),
	})
	.meta({ id: 'TokenInput' });
export type TokenInput = z.output<typeof TokenInput>;

/** A token as a list shows it: without the secret, which nobody can read again. */
export const Token = z
	.object({
		id: z.string(),
		name: z.string(),
		project: z.string(),
		scope: Scope,
		createdAt: Timestamp,
		expiresAt: Timestamp.nullable(),
		revokedAt: Timestamp.nullable(),
		lastUsedAt: Timestamp.nullable().meta({ description: 'To the minute.' }),
	})
	.meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

/** Answer of `POST /v1/tokens`: the one time that the token itself is shown. */
export const NewToken = Token.extend({
	token: z.string().meta({ description: 'Goes into `Authorization: Bearer …`; shown now and never again.' }),
}).meta({ id: 'NewToken' });
export type NewToken = z.infer<typeof NewToken>;

export const TokenPage = z
	.object({ items: z.array(Token), nextCursor: z.string().nullable() })
	.meta({ id: 'TokenPage' });
export type TokenPage = z.infer<typeof TokenPage>;

/** Body of `POST /v1/projects`. */
export const ProjectInput = z
	.strictObject({
		name: ProjectName,
		maxQueuedTrials: z.int().min(1).max(1e9).nullable().default(null).meta({
			description: 'Trials that may wait or run at once; a sweep that would exceed it is refused. Null: no bound.',
		}),
	})
	.meta({ id: 'ProjectInput' });
export type ProjectInput = z.output<typeof ProjectInput>;

export const Project = z
	.object({
		id: z.string(),
		name: z.string(),
		maxQueuedTrials: z.int().nullable(),
		createdAt: Timestamp,
	})
	.meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

export const ProjectPage = z
	.object({ items: z.array(Project), nextCursor: z.string().nullable() })
	.meta({ id: 'ProjectPage' });
export type ProjectPage = z.infer<typeof ProjectPage>;
