import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes data sets from a folder, those first that were used longest ago, until the rest has at most `limitBytes`; `kept` stays. */
export async function pruneDatasets(input: { folder: string; limitBytes: number; kept: string }): Promise<void> {
	const { folder, limitBytes, kept } = input;
	const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
	const files = await Promise.all(
		names.map(async (name) => {
			const path = join(folder, name);
			const found = await stat(path).catch(() => null);
			return { path, sizeBytes: found?.size ?? 0, usedAt: found?.mtimeMs ?? 0 };
		}),
	);
	let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	for (const { path, sizeBytes } of files.sort((a, b) => a.usedAt - b.usedAt)) {
		if (total <= limitBytes) return;
		if (path === kept) continue;
		// Whoever reads it now has it open; whoever comes next fetches it again.
		await rm(path, { force: true });
		total -= sizeBytes;
	}
}
