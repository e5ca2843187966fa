import type { DatasetInfo } from '@basin/client';
import type { DatasetFormat } from '@basin/core/contracts/datasets.ts';
import { client } from './client.ts';

export type Upload = { name: string; format: DatasetFormat; files: readonly File[] };

/**
 * Uploads files part by part and has them checked.
 * @param onSent called with the share that has been sent, from 0 to 1; after 1 the API checks
 * @throws what the client throws: the API's sentence says what is wrong with the files
 */
export async function uploadDataset(
	{ name, format, files }: Upload,
	{ signal, onSent }: { signal: AbortSignal; onSent: (share: number) => void },
): Promise<DatasetInfo> {
	const upload = await client.createDataset(
		{ name, format, files: files.map((file) => ({ name: file.name, sizeBytes: file.size })) },
		{ signal },
	);
	const total = files.reduce((sum, { size }) => sum + size, 0);
	let sent = 0;
	for (const [file, { parts }] of upload.files.entries()) {
		let start = 0;
		for (const [part, { sizeBytes }] of parts.entries()) {
			const content = files[file]!.slice(start, start + sizeBytes);
			await client.putDatasetPart({ datasetId: upload.id, file, part, content }, { signal });
			start += sizeBytes;
			sent += sizeBytes;
			onSent(sent / total);
		}
	}
	return client.finalizeDataset(upload.id, { signal });
}

const formats: Readonly<Record<string, DatasetFormat>> = { npz: 'npz', safetensors: 'safetensors', csv: 'csv' };

/** The format by a file's name; null where it is not clear. IDX files have no ending of their own. */
export function formatOfFile(name: string): DatasetFormat | null {
	const ending = name.toLowerCase().split('.').at(-1) ?? '';
	return formats[ending] ?? (/idx|ubyte|\.gz$/i.test(name) ? 'idx' : null);
}

/** A name that sweeps may use, from a file's: `My Points.csv` becomes `my-points`. */
export function nameOfFile(name: string): string {
	const stem = name.toLowerCase().replace(/\.[^.]*$/, '');
	return stem
		.replace(/[^a-z0-9._-]+/g, '-')
		.replace(/^[^a-z0-9]+/, '')
		.slice(0, 63);
}
