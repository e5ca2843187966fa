import type { Api } from './deps.ts';

/** The methods that a path answers, in the order of `app.routes`; empty when there is nothing at it. */
export function allowedMethods(app: Api, path: string): string[] {
	const methods = app.routes
		.filter((route) => route.method !== 'ALL' && patternOf(route.path).test(path))
		.map((route) => route.method);
	if (methods.includes('GET')) methods.push('HEAD');
	return [...new Set(methods)];
}

function patternOf(routePath: string): RegExp {
	return new RegExp(`^${routePath.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`);
}
