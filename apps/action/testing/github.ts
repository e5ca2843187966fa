import type { TestContext } from 'node:test';
import { startServer, type TestServer } from '@basin/client/testing/http-server.ts';

export type StoredComment = { id: number; body: string };

/** What stands for api.github.com: keeps the comments of one pull request, and remembers every request. */
export async function startGithub(
	t: TestContext,
	{ comments = [], refuses = false }: { comments?: StoredComment[]; refuses?: boolean } = {},
): Promise<TestServer & { comments: StoredComment[] }> {
	const server = await startServer(t, (request, response) => {
		const answer = (status: number, body: unknown) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		const { method, path, query } = request;
		if (refuses && method !== 'GET') return answer(403, { message: 'Resource not accessible by integration' });
		if (path === '/repos/octo-org/models/issues/42/comments') {
			if (method === 'GET') {
				const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))];
				return answer(200, comments.slice(size * (page - 1), size * page));
			}
			if (method === 'POST') {
				const comment = { id: 9000 + comments.length, body: JSON.parse(request.body).body };
				comments.push(comment);
				return answer(201, comment);
			}
		}
		const id = /^\/repos\/octo-org\/models\/issues\/comments\/(\d+)$/.exec(path)?.[1];
		const found = comments.find((comment) => comment.id === Number(id));
		if (method !== 'PATCH' || found === undefined) return answer(404, { message: 'Not Found' });
		found.body = JSON.parse(request.body).body;
		return answer(200, found);
	});
	return Object.assign(server, { comments });
}
