import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { byTime, type LogLine, parseLogLine } from './log-line.ts';

/** Of each file at first; a log of 50 MB is not read for its last lines. */
const tailBytes = 2 ** 20;

/** The log files of the embedded stack in a BASIN_HOME; each call of `next` answers the lines that came since. */
export type StackLog = { processes: string[]; next(): Promise<LogLine[]> };

/** Opens `HOME/logs`; null when there is none. @param only names of processes; all when empty */
export async function openStackLog(home: string, only: readonly string[] = []): Promise<StackLog | null> {
	const folder = join(home, 'logs');
	const names = await readdir(folder).catch(() => null);
	if (names === null) return null;
	const processes = names.filter((name) => name.endsWith('.log')).map((name) => basename(name, '.log'));
	const wanted = processes.filter((name) => only.length === 0 || only.includes(name)).sort();
	const tails = wanted.map((name) => openTail(join(folder, `${name}.log`), name));
	return {
		processes: processes.sort(),
		next: async () => (await Promise.all(tails.map((tail) => tail()))).flat().sort(byTime),
	};
}

/** Follows a file that grows, is emptied or is replaced, by whole lines. */
function openTail(path: string, name: string): () => Promise<LogLine[]> {
	let offset: number | undefined;
	let inode: number | undefined;
	let rest = '';
	let time = new Date(0).toISOString();
	return async () => {
		const file = await stat(path).catch(() => null);
		if (file === null) return [];
		const isFirst = offset === undefined;
		if (file.ino !== inode || file.size < offset!) {
			offset = isFirst ? Math.max(0, file.size - tailBytes) : 0;
			rest = '';
			inode = file.ino;
		}
		const text = rest + (await readFrom(path, offset!, file.size));
		const isCut = isFirst && offset! > 0;
		offset = file.size;
		const lines = text.split('\n');
		rest = lines.pop()!;
		return lines.slice(isCut ? 1 : 0).flatMap((line) => {
			if (line.trim() === '') return [];
			const parsed = parseLogLine(name, line, time);
			time = parsed.time;
			return [parsed];
		});
	};
}

async function readFrom(path: string, from: number, to: number): Promise<string> {
	if (to <= from) return '';
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
		return buffer.subarray(0, bytesRead).toString();
	} finally {
		await file.close();
	}
}
