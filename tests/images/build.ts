import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startInside } from './chroot.ts';
import { assignments, configOf, type ImageConfig, parseDockerfile, readCopy, type Stage } from './dockerfile.ts';

export type BuiltImage = {
	/** The folder that is the image's root. */
	root: string;
	config: ImageConfig;
	/** Instructions that could not be carried out here. */
	skipped: string[];
};

/**
 * Carries out a Dockerfile line by line in folders: `FROM` copies what stands for its base image, `COPY` takes the files that git knows, `RUN`
 * runs in a chroot. As Docker does, but with no layers. Root only.
 */
export async function buildImage(input: {
	repository: string;
	dockerfile: string;
	workDir: string;
	/** The folder that stands for a base image. */
	baseOf: (image: string) => string;
	say: (line: string) => void;
}): Promise<BuiltImage> {
	const { repository, dockerfile, workDir, baseOf, say } = input;
	const stages = parseDockerfile(readFileSync(join(repository, dockerfile), 'utf8'));
	const context = contextOf(repository);
	const skipped: string[] = [];
	const roots = new Map<string, string>();
	let root = '';
	for (const [no, stage] of stages.entries()) {
		root = join(workDir, `stage-${no}`);
		say(`FROM ${stage.base}`);
		execFileSync('cp', ['-a', '--reflink=auto', roots.get(stage.base) ?? baseOf(stage.base), root]);
		await buildStage({ stage, root, repository, context, roots, skipped, say });
		if (stage.name !== null) roots.set(stage.name, root);
	}
	return { root, config: configOf(stages.at(-1)!), skipped };
}

async function buildStage(input: {
	stage: Stage;
	root: string;
	repository: string;
	context: string[];
	roots: Map<string, string>;
	skipped: string[];
	say: (line: string) => void;
}): Promise<void> {
	const { stage, root, repository, context, roots, skipped, say } = input;
	let workdir = '/';
	const env: Record<string, string> = {};
	for (const { keyword, text } of stage.instructions) {
		if (keyword !== 'LABEL') say(`${keyword} ${text}`);
		if (keyword === 'WORKDIR') {
			workdir = text;
			mkdirSync(join(root, workdir), { recursive: true });
		} else if (keyword === 'ENV') Object.assign(env, assignments(text));
		else if (keyword === 'RUN') await run({ root, workdir, env, command: text });
		else if (keyword === 'COPY') {
			const { from, sources, target } = readCopy(text);
			const place = join(root, target.startsWith('/') ? '' : workdir, target);
			if (from === null) for (const source of sources) copyFromContext(repository, context, source, target, place);
			// `join` would drop the dot, which makes it the folder's content.
			else execFileSync('cp', ['-a', `${join(roots.get(from)!, sources[0]!)}/.`, place]);
		} else if (keyword === 'ADD') skipped.push(`${keyword} ${text}`);
	}
}

async function run(input: { root: string; workdir: string; env: Record<string, string>; command: string }) {
	const { root, workdir, env, command } = input;
	const child = startInside({ root, workdir, env, user: null }, ['sh', '-c', command]);
	let said = '';
	for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (said += text));
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${said.slice(-4_000)}`);
}

/** The files of a clean checkout, less those that .dockerignore leaves out. */
function contextOf(repository: string): string[] {
	const args = ['-C', repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
	const files = execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1e8 }).split('\0');
	return files.filter((file) => file !== '' && !file.endsWith('.test.ts') && existsSync(join(repository, file)));
}

/** A folder's content goes into the target, a file under its name where the target is a folder. */
function copyFromContext(repository: string, context: string[], source: string, target: string, place: string): void {
	const isFile = context.includes(source);
	const files = isFile ? [source] : context.filter((file) => file.startsWith(`${source}/`));
	if (files.length === 0) throw new Error(`COPY ${source}: a clean checkout has no such file.`);
	for (const file of files) {
		const inFolder = isFile ? basename(file) : file.slice(source.length + 1);
		const isFolder = !isFile || target.endsWith('/') || existsSync(place);
		cpSync(join(repository, file), isFolder ? join(place, inFolder) : place, { recursive: true });
	}
}
