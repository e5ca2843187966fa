import {
	NewToken,
	Project,
	type ProjectInput,
	ProjectPage,
	Token,
	type TokenInput,
	TokenPage,
} from '@basin/core/contracts/access.ts';
import type { z } from 'zod';
import type { CallOptions } from './client.ts';
import type { Transport } from './transport.ts';

/** Who may come in. */
export function createAccess(send: Transport) {
	return {
		/** The answer holds the token, which is never shown again. */
		createToken: (input: z.input<typeof TokenInput>, call: CallOptions = {}): Promise<NewToken> =>
			send({
				method: 'POST',
				path: '/v1/tokens',
				body: input,
				repeatable: false,
				answer: NewToken,
				signal: call.signal,
			}),
		/** Of the token's own project, or for an admin of the default one of another. */
		listTokens: (query: { project?: string | undefined } = {}, call: CallOptions = {}): Promise<TokenPage> =>
			send({ method: 'GET', path: '/v1/tokens', query, repeatable: true, answer: TokenPage, signal: call.signal }),
		/** From now on; again it answers the same. */
		revokeToken: (tokenId: string, call: CallOptions = {}): Promise<Token> =>
			send({
				method: 'DELETE',
				path: `/v1/tokens/${encodeURIComponent(tokenId)}`,
				repeatable: true,
				answer: Token,
				signal: call.signal,
			}),
		createProject: (input: z.input<typeof ProjectInput>, call: CallOptions = {}): Promise<Project> =>
			send({
				method: 'POST',
				path: '/v1/projects',
				body: input,
				repeatable: false,
				answer: Project,
				signal: call.signal,
			}),
		listProjects: (call: CallOptions = {}): Promise<ProjectPage> =>
			send({ method: 'GET', path: '/v1/projects', repeatable: true, answer: ProjectPage, signal: call.signal }),
	};
}
