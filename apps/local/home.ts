import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { StartError, sentenceOfFileError } from './start-error.ts';

/** The data folder of the embedded stack (BASIN_HOME). */
export type Home = {
	path: string;
	postgresDir: string;
	queueDir: string;
	objectsDir: string;
	logsDir: string;
	tempDir: string;
	lockFile: string;
	secretsFile: string;
};

/** A new database takes about 45 MB, its first log files 32 more; then there is room for a few sweeps. */
const freeBytesForNew = 200 * 1024 * 1024;
const freeBytesForOld = 50 * 1024 * 1024;

/**
 * Makes the folder usable and answers its parts.
 * @throws StartError when it cannot be made or written, or its disk is nearly full
 */
export function openHome(given: string): Home {
	const path = resolve(given);
	const home: Home = {
		path,
		postgresDir: join(path, 'postgres'),
		queueDir: join(path, 'queue'),
		objectsDir: join(path, 'objects'),
		logsDir: join(path, 'logs'),
		tempDir: join(path, 'tmp'),
		lockFile: join(path, 'lock.db'),
		secretsFile: join(path, 'secrets.json'),
	};
	try {
		// As root, the database runs as another user, who has to pass through; everything inside is private by itself.
		makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
		for (const folder of [home.queueDir, home.objectsDir, home.logsDir]) makeFolder(folder, 0o700);
		const probe = join(path, '.probe');
		writeFileSync(probe, randomBytes(64 * 1024));
		rmSync(probe);
	} catch (error) {
		throw startErrorOf(error, path);
	}
	requireFreeSpace(home);
	return home;
}

/** Not `recursive`: on a read-only disk that says ENOENT, and in places like /proc it never returns (Node 22). */
function makeFolder(path: string, mode: number): void {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
	const parent = dirname(path);
	if (parent !== path) makeFolder(parent, 0o755);
	mkdirSync(path, { mode });
}

/** Throws away what an earlier run left half-done; only for the one who holds the lock. */
export function clearTemporary({ tempDir }: Home): void {
	rmSync(tempDir, { recursive: true, force: true });
	mkdirSync(tempDir, { mode: 0o700 });
}

function requireFreeSpace({ path, postgresDir }: Home): void {
	const { bavail, bsize } = statfsSync(path);
	const needed = existsSync(postgresDir) ? freeBytesForOld : freeBytesForNew;
	if (bavail * bsize >= needed) return;
	const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
	throw new StartError(
		`The disk that holds ${path} has ${megabytes(bavail * bsize)} MB free, and Basin needs ${megabytes(needed)} MB: make room, or set BASIN_HOME to a folder on another disk.`,
	);
}

const Secrets = z.object({
	postgresPassword: z.string().min(32),
	workerPassword: z.string().min(32),
	/** Unset in a home that was made before there were tokens. */
	tokenKey: z.string().min(32).optional(),
});
export type Secrets = Required<z.infer<typeof Secrets>>;

/** The embedded database's passwords and the key of its tokens: random, made once, readable by this user only. */
export function readSecrets(home: Home): Secrets {
	const { secretsFile, postgresDir, path } = home;
	if (existsSync(secretsFile)) {
		let known: z.infer<typeof Secrets>;
		try {
			known = Secrets.parse(JSON.parse(readFileSync(secretsFile, 'utf8')));
		} catch {
			throw new StartError(`${secretsFile} is damaged: put it back from a copy, or move ${path} away to start afresh.`);
		}
		if (known.tokenKey !== undefined) return { ...known, tokenKey: known.tokenKey };
		return writeSecrets(home, { ...known, tokenKey: randomSecret() });
	}
	if (existsSync(postgresDir)) {
		throw new StartError(
			`${secretsFile} is missing, and the database beside it cannot be opened without: put it back, or move ${path} away to start afresh.`,
		);
	}
	const secrets = { postgresPassword: randomSecret(), workerPassword: randomSecret(), tokenKey: randomSecret() };
	return writeSecrets(home, secrets);
}

function randomSecret(): string {
	return randomBytes(32).toString('base64url');
}

function writeSecrets({ secretsFile, path }: Home, secrets: Secrets): Secrets {
	try {
		writeFileSync(`${secretsFile}.new`, JSON.stringify(secrets), { mode: 0o600 });
		renameSync(`${secretsFile}.new`, secretsFile);
	} catch (error) {
		throw startErrorOf(error, path);
	}
	return secrets;
}

function startErrorOf(error: unknown, path: string): unknown {
	const sentence = sentenceOfFileError(error, path);
	return sentence === null ? error : new StartError(sentence, { cause: error });
}
