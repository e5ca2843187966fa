/** Something that keeps Basin from starting and that a person can act on; the message is the whole sentence they see. */
export class StartError extends Error {
	override name = 'StartError';
}

const causes: Record<string, (path: string) => string> = {
	ENOSPC: (path) => `The disk that holds ${path} is full: make room, or set BASIN_HOME to a folder on another disk.`,
	EDQUOT: (path) => `Your disk quota for ${path} is used up: make room, or set BASIN_HOME to another folder.`,
	EACCES: (path) => `${path} cannot be written by this user: set BASIN_HOME to a folder of your own.`,
	EPERM: (path) => `${path} cannot be written by this user: set BASIN_HOME to a folder of your own.`,
	EROFS: (path) => `${path} is on a read-only disk: set BASIN_HOME to a folder that can be written.`,
	ENOTDIR: (path) => `${path} is not a folder, or lies in something that is none: set BASIN_HOME to a folder.`,
	ENOENT: (path) => `${path} cannot be made: set BASIN_HOME to a folder that can.`,
	EEXIST: (path) => `${path} is not a folder: set BASIN_HOME to one.`,
};

/** The sentence for a failed file operation on the data folder; null when it is none that we know. */
export function sentenceOfFileError(error: unknown, path: string): string | null {
	const code = (error as NodeJS.ErrnoException | null)?.code;
	return code === undefined ? null : (causes[code]?.(path) ?? null);
}

/** The same for a program that says it in English on stderr. */
export function sentenceOfOutput(output: string, path: string): string | null {
	if (/No space left on device/i.test(output)) return causes.ENOSPC!(path);
	if (/Disk quota exceeded/i.test(output)) return causes.EDQUOT!(path);
	if (/Read-only file system/i.test(output)) return causes.EROFS!(path);
	if (/Permission denied/i.test(output)) return causes.EACCES!(path);
	return null;
}
