import { sql } from 'drizzle-orm';
import { check, customType, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { project } from './project.ts';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** Who may come in. The token itself is not here: only its HMAC, under a key that the database does not know. */
export const apiToken = pgTable(
	'api_token',
	{
		id: text('id').primaryKey(),
		projectId: text('project_id')
			.notNull()
			.references(() => project.id),
		name: text('name').notNull(),
		scope: text('scope').notNull(),
		hmac: bytea('hmac').notNull(),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		expiresAt: timestamp('expires_at', { withTimezone: true, mode: 'string' }),
		revokedAt: timestamp('revoked_at', { withTimezone: true, mode: 'string' }),
		lastUsedAt: timestamp('last_used_at', { withTimezone: true, mode: 'string' }),
	},
	(table) => [
		check('api_token_scope', sql`${table.scope} in ('read', 'submit', 'admin')`),
		check('api_token_hmac', sql`length(${table.hmac}) = 32`),
		index('api_token_by_project').on(table.projectId, table.id),
	],
);
