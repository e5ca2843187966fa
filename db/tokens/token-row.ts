import type { Scope, Token } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';

export type TokenRow = {
	id: string;
	name: string;
	project: string;
	scope: Scope;
	created_at: string;
	expires_at: string | null;
	revoked_at: string | null;
	last_used_at: string | null;
};

/** A row of `api_token`, with its project's name, as the API shows it. */
export function toToken(row: TokenRow): Token {
	return {
		id: row.id,
		name: row.name,
		project: row.project,
		scope: row.scope,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
		revokedAt: row.revoked_at,
		lastUsedAt: row.last_used_at,
	};
}

export function tokenNotFound(tokenId: string): BasinError {
	return new BasinError('token_not_found', `There is no token ${tokenId}.`);
}
