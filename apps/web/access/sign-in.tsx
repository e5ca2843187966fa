import { ApiError, createClient } from '@basin/client';
import { Alert, Button, Checkbox, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signIn, useAccess } from '../api/access.ts';
import { errorSentence } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';

/** In place of every page while the API wants a token. The address stays, so that signing in leads to what was asked for. */
export function SignIn() {
	const { token: before } = useAccess();
	const queries = useQueryClient();
	const [token, setToken] = useState('');
	const [remember, setRemember] = useState(false);
	const check = useMutation({
		mutationFn: (token: string) => createClient({ baseUrl: '', token, retry: { attempts: 1 } }).listProjects(),
		onSuccess: (_, token) => {
			// What another token was shown, or refused, is not this one's.
			queries.clear();
			signIn(token, remember);
		},
	});
	const submit = (event: FormEvent) => {
		event.preventDefault();
		check.mutate(token.trim());
	};
	return (
		<Paper withBorder p="xl" maw={520} mx="auto" mt="xl" component="section" aria-label="Sign in">
			<PageTitle title="Sign in" />
			<form onSubmit={submit}>
				<Stack>
					<Title order={1} size="h3">
						Sign in
					</Title>
					<Text size="sm">
						{before === null ? 'This Basin asks for a token.' : 'The token of this browser is not valid any more.'}{' '}
						Whoever runs it makes you one with <Code>basin token create</Code>.
					</Text>
					<PasswordInput
						label="Token"
						placeholder="basin_…"
						autoComplete="current-password"
						value={token}
						onChange={(event) => setToken(event.currentTarget.value)}
					/>
					<Checkbox
						label="Stay signed in"
						description="Kept in this browser until you sign out: only where nobody else uses it. Else until this tab is closed."
						checked={remember}
						onChange={(event) => setRemember(event.currentTarget.checked)}
					/>
					{check.error !== null && (
						<Alert color="red" role="alert">
							{sentenceFor(check.error)}
						</Alert>
					)}
					<Button type="submit" loading={check.isPending} disabled={token.trim() === ''}>
						Sign in
					</Button>
				</Stack>
			</form>
		</Paper>
	);
}

function sentenceFor(error: Error): string {
	if (error instanceof ApiError) return errorSentence(error);
	// A header takes no such text.
	if (error instanceof TypeError) return 'This is not a token: it begins with “basin_”.';
	return errorSentence(error);
}
