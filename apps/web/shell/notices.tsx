import { ApiError, UnreachableError } from '@basin/client';
import { Alert, Button, EmptyState, Title } from '@mantine/core';
import { IconError404, IconPlugConnectedX } from '@tabler/icons-react';
import { Link, useRouteError } from 'react-router';
import { PageTitle } from './page-title.tsx';

/** For an address that names nothing. */
export function NotFound({ what }: { what: 'page' | 'sweep' | 'trial' }) {
	return (
		<>
			<PageTitle title={`No such ${what}`} />
			<EmptyState
				mt="xl"
				icon={<IconError404 size={40} aria-hidden />}
				title={<Heading text={`There is no such ${what}.`} />}
				description={
					what === 'page'
						? 'The address is wrong, or the page has moved.'
						: `This ${what} was deleted, or its id is mistyped.`
				}
			>
				<EmptyState.Actions>
					<Button component={Link} to="/">
						See all sweeps
					</Button>
				</EmptyState.Actions>
			</EmptyState>
		</>
	);
}

function Heading({ text }: { text: string }) {
	return (
		<Title order={1} size="h3">
			{text}
		</Title>
	);
}

/** One sentence for anything that can go wrong with a call. */
export function errorSentence(error: unknown): string {
	if (error instanceof UnreachableError && (error.reason === 'network' || error.reason === 'timeout'))
		return 'Basin does not answer. Is “npm start” still running?';
	if (error instanceof UnreachableError || error instanceof ApiError) return error.message;
	return error instanceof Error ? error.message : String(error);
}

/** Above data that can no longer be refreshed: what is shown stays, and the page goes on asking. */
export function StaleNotice({ error }: { error: Error | null }) {
	if (error === null) return null;
	return (
		<Alert role="status" color="orange" icon={<IconPlugConnectedX aria-hidden />} title="Not up to date" mb="md">
			{errorSentence(error)} The page tries again every few seconds.
		</Alert>
	);
}

/** In place of data that never came. */
export function LoadError({
	error,
	what,
	retry,
}: {
	error: Error;
	what: 'sweep' | 'trial' | 'list' | 'Lab';
	retry: () => void;
}) {
	const names = what === 'sweep' || what === 'trial';
	if (names && error instanceof ApiError && error.problem.status === 404) return <NotFound what={what} />;
	return (
		<EmptyState
			role="alert"
			mt="xl"
			icon={<IconPlugConnectedX size={40} aria-hidden />}
			title={<Heading text={error instanceof UnreachableError ? 'No connection' : 'This did not work'} />}
			description={errorSentence(error)}
		>
			<EmptyState.Actions>
				<Button onClick={retry}>Try again</Button>
			</EmptyState.Actions>
		</EmptyState>
	);
}

/** When a page itself fails, such as a part of the app that a newer build has replaced. */
export function PageError() {
	const error = useRouteError();
	return (
		<EmptyState
			role="alert"
			mt="xl"
			icon={<IconPlugConnectedX size={40} aria-hidden />}
			title={<Heading text="This page could not be shown" />}
			description={errorSentence(error)}
		>
			<EmptyState.Actions>
				<Button onClick={() => location.reload()}>Reload</Button>
			</EmptyState.Actions>
		</EmptyState>
	);
}
