import { defaultProject, includesScope, type Scope } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '@basin/db/client.ts';
import { findProject, projectNotFound } from '@basin/db/projects/find.ts';
import { type OwnedKind, owns } from '@basin/db/projects/owns.ts';
import { findToken, noteUse } from '@basin/db/tokens/find.ts';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import type { RateLimits } from './rate-limits.ts';
import { isToken, tokenIdOf } from './token.ts';

/** How people come in. */
export type Access = {
	/**
	 * Whether who shows no token is an admin of the default project: only where nobody else can ask, on a loopback address. A
	 * token that is shown has to be valid even there.
	 */
	open: boolean;
	/** What tokens are stored and recognised by; unset: there are none. */
	tokenKey?: string | undefined;
};

/** Who asks. */
export type Identity = {
	projectId: string;
	scope: Scope;
	/** Null without a token, where access is open. */
	tokenId: string | null;
};

/** May do what concerns the server and not one project. */
export function isOperator({ projectId, scope }: Identity): boolean {
	return projectId === defaultProject.id && scope === 'admin';
}

/** @throws BasinError `insufficient_scope` */
export function requireScope({ scope }: Identity, needed: Scope): void {
	if (includesScope(scope, needed)) return;
	throw new BasinError('insufficient_scope', `This needs a token of scope ${needed}; this one is for ${scope}.`);
}

/**
 * For what is the server's and no project's, such as its metrics and its Lab.
 * @throws BasinError `insufficient_scope`
 */
export function requireDefaultProject({ projectId }: Identity): void {
	if (projectId === defaultProject.id) return;
	throw new BasinError('insufficient_scope', `This needs a token of the project ${defaultProject.name}.`);
}

/** @throws BasinError `insufficient_scope` */
export function requireOperator(identity: Identity): void {
	if (isOperator(identity)) return;
	throw new BasinError('insufficient_scope', `This needs an admin token of the project ${defaultProject.name}.`);
}

/**
 * The project that a request is about: the caller's, or for an operator the one of this name.
 * @throws BasinError `project_not_found`, also for one that is there and not the caller's
 */
export async function projectFor(db: Db, identity: Identity, name: string | undefined): Promise<string> {
	if (name === undefined) return identity.projectId;
	const projectId = await findProject({ db, name });
	if (projectId === identity.projectId || isOperator(identity)) return projectId;
	throw projectNotFound(name);
}

/** Whether what a path names is this caller's. */
function isOwn(db: Db, identity: Identity, kind: OwnedKind, id: string): Promise<boolean> {
	if (kind === 'tokenId' && isOperator(identity)) return Promise.resolve(true);
	return owns({ db, projectId: identity.projectId, kind, id });
}

/** Finds out who asks, or refuses with 401; counts what they ask. */
export function authenticate(input: { db: Db; access: Access; limits: RateLimits }): MiddlewareHandler<ApiEnv> {
	const { db, access, limits } = input;
	const strangers: Identity | undefined = access.open
		? { projectId: defaultProject.id, scope: 'admin', tokenId: null }
		: undefined;
	return async (c, next) => {
		const header = c.req.header('authorization');
		if (header === undefined) {
			if (strangers === undefined) throw refusal('Send a token: `Authorization: Bearer basin_…`.');
			c.set('identity', strangers);
			// Whoever sits at the machine owns the database: an id of any project is theirs, and costs no question.
			c.set('owns', async () => true);
			c.set('isStillAllowed', async () => true);
			return next();
		}
		await limits.requireWelcome(c);
		const identity = await identify(db, access, header);
		if (identity === undefined) {
			await limits.countRefusal(c);
			throw refusal('The token is not valid: it is unknown, has expired or was revoked.');
		}
		await limits.countToken(identity.tokenId);
		c.set('identity', identity);
		c.set('owns', (kind, id) => isOwn(db, identity, kind, id));
		c.set('isStillAllowed', async () => (await findToken({ db, tokenId: identity.tokenId })) !== undefined);
		return next();
	};
}

async function identify(
	db: Db,
	{ tokenKey }: Access,
	header: string,
): Promise<(Identity & { tokenId: string }) | undefined> {
	const token = /^bearer +(\S+)$/i.exec(header)?.[1];
	const tokenId = token === undefined ? undefined : tokenIdOf(token);
	if (token === undefined || tokenId === undefined || tokenKey === undefined) return undefined;
	const found = await findToken({ db, tokenId });
	if (found === undefined || !isToken(tokenKey, token, found.hmac)) return undefined;
	if (!found.isUseNoted) await noteUse({ db, tokenId });
	return { projectId: found.projectId, scope: found.scope, tokenId };
}

const refusal = (sentence: string) => new BasinError('unauthenticated', sentence);
