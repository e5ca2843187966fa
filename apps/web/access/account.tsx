import { defaultProject } from '@basin/core/contracts/access.ts';
import { Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { signOut, useAccess } from '../api/access.ts';
import { projectsQuery } from '../api/queries.ts';

/** Whose sweeps are shown, and the way out; nothing where the API asks for no token. */
export function Account() {
	const { token, refused } = useAccess();
	const queries = useQueryClient();
	const signedIn = token !== null && !refused;
	const { data } = useQuery({ ...projectsQuery(), enabled: signedIn });
	if (!signedIn) return null;
	// Only an admin of the default project is told of others.
	const project = data?.items.length === 1 ? data.items[0]!.name : defaultProject.name;
	const leave = () => {
		signOut();
		// Asked again without the token, where the answer is a refusal or another project’s.
		queries.resetQueries();
	};
	return (
		<Group gap="xs" wrap="nowrap">
			<Text size="sm" c="dimmed" truncate>
				{data !== undefined && (
					<>
						Project <b>{project}</b>
					</>
				)}
			</Text>
			<Button size="compact-sm" variant="default" onClick={leave}>
				Sign out
			</Button>
		</Group>
	);
}
