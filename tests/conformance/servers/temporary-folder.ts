import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setting } from './server.ts';

/** A folder that is gone after the run. */
export async function temporaryFolder({ after }: Setting): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-conformance-'));
	after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
