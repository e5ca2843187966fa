import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';

/** The machine's own certificates and name servers, without which no registry is reached from inside. */
const hostFiles = ['/etc/ssl', '/etc/resolv.conf', '/etc/hosts'].filter((path) => existsSync(path));
/** What tells programs here where those certificates are. */
const hostEnv = Object.fromEntries(
	['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'NPM_CONFIG_REGISTRY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) =>
		process.env[name] === undefined ? [] : [[name, process.env[name]]],
	),
) as Record<string, string>;

export type Inside = {
	root: string;
	workdir: string;
	env: Record<string, string>;
	/** Null: root. */
	user: string | null;
	/** As `docker run --read-only`: nothing can be written but /tmp, and these folders, by the folders of this machine that they are. */
	readOnly?: { writable: Record<string, string> };
};

/**
 * Starts a program in a folder that is its whole world, as process 1 of a process space of its own: `unshare` and `chroot`, as root,
 * without any container engine. Its mounts are gone when it has ended.
 */
export function startInside(inside: Inside, program: readonly string[]): ChildProcess {
	const { root, workdir, env, user, readOnly } = inside;
	const binds = Object.entries(readOnly?.writable ?? {});
	const script = [
		'set -e',
		`mount --bind ${root} ${root}`,
		...hostFiles.flatMap((path) => [
			`[ -e ${root}${path} ] || { [ -d ${path} ] && mkdir -p ${root}${path} || touch ${root}${path}; }`,
			`mount --bind ${path} ${root}${path}`,
		]),
		...(readOnly
			? [`mount -o remount,ro,bind ${root}`, `mount -t tmpfs tmpfs ${root}/tmp`, `chmod 1777 ${root}/tmp`]
			: []),
		...binds.map(([place, folder]) => `mount --bind ${folder} ${root}${place}`),
		`mount -t proc proc ${root}/proc`,
		`mount -t tmpfs tmpfs ${root}/dev`,
		...['null', 'zero', 'urandom', 'random'].flatMap((name) => [
			`touch ${root}/dev/${name}`,
			`mount --bind /dev/${name} ${root}/dev/${name}`,
		]),
		`exec chroot ${user === null ? '' : `--userspec=${user}`} ${root} /usr/bin/env -i "$@"`,
	].join('\n');
	const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
	const words = Object.entries({ PATH: path, ...hostEnv, ...env }).map(([name, value]) => `${name}=${value}`);
	const own = ['sh', '-c', `cd ${workdir} && exec "$@"`, 'sh', ...program];
	const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...words, ...own];
	return spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a program in the world of one that `startInside` started; answers its exit code, and -1 while that world is still made. */
export function runBeside(started: ChildProcess, root: string, program: readonly string[]): number {
	const [child] = readFileSync(`/proc/${started.pid}/task/${started.pid}/children`, 'utf8').trim().split(' ');
	if (!child || readlinkSync(`/proc/${child}/root`) !== root) return -1;
	try {
		execFileSync('nsenter', ['-t', child, '-m', '-p', '-r', '-w', ...program], { stdio: 'ignore' });
		return 0;
	} catch (error) {
		return (error as { status: number | null }).status ?? -1;
	}
}
