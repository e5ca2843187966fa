import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';

export type TrialFile = Extract<TrainerEvent, { type: 'finished' }>['files'][number];

const contentTypes: Record<string, string> = {
	'.json': 'application/json',
	'.onnx': 'application/octet-stream',
	'.safetensors': 'application/octet-stream',
};

/** Writes each file into `folder` and lists them as the worker uploads them. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array | string>): Promise<TrialFile[]> {
	const entries = Object.entries(files);
	return Promise.all(
		entries.map(async ([name, content]) => {
			const path = join(folder, name);
			await writeFile(path, content);
			return { name, path, contentType: contentTypes[name.slice(name.lastIndexOf('.'))] ?? 'application/octet-stream' };
		}),
	);
}
