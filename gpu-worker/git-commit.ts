import { execFileSync } from 'node:child_process';

/** The commit of the checkout that runs; null where there is none, as in an image. */
export function readGitCommit(): string | null {
	try {
		const git = ['rev-parse', 'HEAD'];
		return execFileSync('git', git, {
			cwd: import.meta.dirname,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return null;
	}
}
