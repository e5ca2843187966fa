import type { Scope } from '@basin/core/contracts/access.ts';
import type { BasinError } from '@basin/core/contracts/errors.ts';
import { DatasetId, SweepId, TokenId, TrialId, WebhookId } from '@basin/core/contracts/ids.ts';
import { datasetNotFound } from '@basin/db/datasets/dataset-row.ts';
import type { OwnedKind } from '@basin/db/projects/owns.ts';
import { sweepNotFound } from '@basin/db/sweeps/control-errors.ts';
import { tokenNotFound } from '@basin/db/tokens/token-row.ts';
import { trialNotFound } from '@basin/db/trials/get.ts';
import { webhookNotFound } from '@basin/db/webhooks/webhook-row.ts';
import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../deps.ts';
import { requireScope } from './identity.ts';

/** `open`: for everybody, without a token. */
export type RouteScope = Scope | 'open';

type Owned = { id: { safeParse(text: string): { success: boolean } }; notFound: (id: string) => BasinError };

/** Path parameters that name something of a project's: another project's is answered exactly as one that does not exist. */
const owned: Readonly<Record<OwnedKind, Owned>> = {
	sweepId: { id: SweepId, notFound: sweepNotFound },
	trialId: { id: TrialId, notFound: trialNotFound },
	datasetId: { id: DatasetId, notFound: datasetNotFound },
	tokenId: { id: TokenId, notFound: tokenNotFound },
	webhookId: { id: WebhookId, notFound: webhookNotFound },
};

/** Path parameters that name nothing by themselves: a place within what another one names, or a name that each project has for itself. */
const plain: readonly string[] = ['file', 'part', 'name', 'runId'];

/**
 * `createRoute` for this API: says first which scope a caller needs. Whatever the path names has to be of the caller's project
 * (a parameter that is in neither list above is an error), and both are checked before anything of the request is read.
 */
export function defineRoute<P extends string, R extends Omit<RouteConfig, 'path' | 'security'> & { path: P }>(
	scope: RouteScope,
	route: R,
): ReturnType<typeof createRoute<P, R>> {
	if (scope === 'open') return createRoute<P, R>({ ...route, security: [] });
	const kinds = ownedIn(route.path);
	const allowed: MiddlewareHandler<ApiEnv> = async (c, next) => {
		requireScope(c.get('identity'), scope);
		for (const kind of kinds) await requireOwn(c, kind, c.req.param(kind) ?? '');
		return next();
	};
	const own = route.middleware === undefined ? [] : [route.middleware].flat();
	return createRoute<P, R>({ ...route, security: [{ token: [scope] }], middleware: [allowed, ...own] });
}

/**
 * For ids elsewhere than in the path: they have to be the caller's, too.
 * @throws BasinError as for one that does not exist
 */
export async function requireOwn(c: Context<ApiEnv>, kind: OwnedKind, id: string): Promise<void> {
	// An impossible id is refused by its schema.
	if (owned[kind].id.safeParse(id).success && !(await c.get('owns')(kind, id))) throw owned[kind].notFound(id);
}

function ownedIn(path: string): OwnedKind[] {
	const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
	const unknown = names.find((name) => !(name in owned) && !plain.includes(name));
	if (unknown !== undefined)
		throw new Error(`${path}: say in define-route.ts whether {${unknown}} belongs to a project.`);
	return names.filter((name): name is OwnedKind => name in owned);
}

/** @throws Error for a route that was not made by `defineRoute`: nobody has said who may call it */
export function requireScopes(api: Api): void {
	for (const definition of api.openAPIRegistry.definitions) {
		if (definition.type !== 'route' || definition.route.security !== undefined) continue;
		const { method, path } = definition.route;
		throw new Error(`${method.toUpperCase()} ${path} declares no scope: make it with defineRoute('read', {…}).`);
	}
}
