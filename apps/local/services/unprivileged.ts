import { execFile, spawn } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../start-error.ts';

const run = promisify(execFile);
const userName = 'postgres';

/** How to start a program that refuses to run as root. */
export type Unprivileged = {
	/** The command line to spawn, and as whom. */
	command(
		program: string,
		args: string[],
	): { program: string; args: string[]; identity: { uid?: number; gid?: number } };
	/** Gives a path to the user that the program runs as. */
	own(path: string): Promise<void>;
};

const asOurselves: Unprivileged = {
	command: (program, args) => ({ program, args, identity: {} }),
	own: async () => undefined,
};

/**
 * As an ordinary user: as that user. As root: as the user `postgres`, who is made where there is none. A root-only folder
 * (/root, one from mktemp) above the program or the data is passed by the one capability that this needs, where
 * `setpriv` of util-linux is there to hand it on.
 * @throws StartError when root has no way to run it
 */
export async function unprivilegedUser(input: { program: string; folder: string }): Promise<Unprivileged> {
	if (process.getuid?.() !== 0) return asOurselves;
	const identity = await findOrMakeUser();
	const own = (path: string) => chown(path, identity.uid, identity.gid);
	const plainly: Unprivileged = { command: (program, args) => ({ program, args, identity }), own };
	const passing: Unprivileged = {
		command: (program, args) => ({ program: 'setpriv', args: [...passOf(identity), program, ...args], identity: {} }),
		own,
	};
	for (const way of [plainly, passing]) if (await reaches(way, input)) return way;
	throw new StartError(
		`You are root, PostgreSQL must not be, and its user "${userName}" cannot reach ${input.folder} or ${input.program}: start Basin as another user, or move it to folders that others may pass through.`,
	);
}

async function findOrMakeUser(): Promise<{ uid: number; gid: number }> {
	try {
		return await findUser();
	} catch {
		// No such user yet.
	}
	try {
		await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', userName]);
		return await findUser();
	} catch (error) {
		const message = `You are root, PostgreSQL must not be, and a user "${userName}" for it could not be made: start Basin as another user, or make that one.`;
		throw new StartError(message, { cause: error });
	}
}

async function findUser(): Promise<{ uid: number; gid: number }> {
	const [uid, gid] = await Promise.all(
		['-u', '-g'].map(async (what) => Number((await run('id', [what, userName])).stdout)),
	);
	return { uid: uid!, gid: gid! };
}

function passOf({ uid, gid }: { uid: number; gid: number }): string[] {
	const capability = '+dac_override';
	const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
	return [...identity, `--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--'];
}

async function reaches(way: Unprivileged, { program, folder }: { program: string; folder: string }): Promise<boolean> {
	const enters = await succeeds(way, '/bin/sh', ['-c', 'cd "$0"', folder]);
	return enters && (await succeeds(way, program, ['--version']));
}

function succeeds(way: Unprivileged, program: string, args: string[]): Promise<boolean> {
	const { program: started, args: all, identity } = way.command(program, args);
	return new Promise((resolve) => {
		const child = spawn(started, all, { ...identity, cwd: '/', stdio: 'ignore' });
		child.once('error', () => resolve(false));
		child.once('exit', (code) => resolve(code === 0));
	});
}
