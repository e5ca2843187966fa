import { sleep } from '@basin/client/retry.ts';
import { z } from 'zod';

const Comment = z.object({ id: z.int(), body: z.string().nullish() });

export type CommentInput = {
	apiUrl: string;
	token: string;
	/** `owner/name` */
	repository: string;
	/** The pull request's number. */
	number: number;
	/** Invisible in the comment; by it the next run finds it again. */
	marker: string;
	body: string;
};

const pageSize = 100;
/** A pull request of more comments than this gets a second one of ours. */
const pages = 30;
const tries = 3;

/**
 * Writes a comment on a pull request, or changes the one that an earlier run wrote.
 * @throws Error in a sentence when GitHub refuses, such as for a pull request from a fork, whose token may not write
 */
export async function upsertComment(input: CommentInput): Promise<'created' | 'updated'> {
	const { repository, number, marker } = input;
	const body = `${marker}\n${input.body}`;
	const earlier = await findComment(input);
	if (earlier === undefined) {
		await send(input, 'POST', `/repos/${repository}/issues/${number}/comments`, { body });
		return 'created';
	}
	await send(input, 'PATCH', `/repos/${repository}/issues/comments/${earlier}`, { body });
	return 'updated';
}

async function findComment(input: CommentInput): Promise<number | undefined> {
	const { repository, number, marker } = input;
	for (let page = 1; page <= pages; page++) {
		const path = `/repos/${repository}/issues/${number}/comments?per_page=${pageSize}&page=${page}`;
		const comments = z.array(Comment).parse(await send(input, 'GET', path));
		const own = comments.find(({ body }) => body?.startsWith(marker));
		if (own !== undefined) return own.id;
		if (comments.length < pageSize) return undefined;
	}
	return undefined;
}

async function send({ apiUrl, token }: CommentInput, method: string, path: string, body?: object): Promise<unknown> {
	for (let tried = 1; ; tried++) {
		const response = await fetch(`${apiUrl}${path}`, {
			method,
			headers: {
				accept: 'application/vnd.github+json',
				authorization: `Bearer ${token}`,
				'user-agent': 'basin-action',
				'x-github-api-version': '2022-11-28',
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(20_000),
		});
		if (response.ok) return response.json();
		const isPassing = response.status >= 500 || response.status === 429;
		// A POST that was answered 5xx may have been done: trying again could comment twice.
		if (!isPassing || method === 'POST' || tried >= tries)
			throw new Error(`GitHub answered ${response.status} to ${method} ${path.split('?')[0]}.`);
		await sleep(500 * tried);
	}
}
