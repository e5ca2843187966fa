import { type DatasetUploadInput, datasetLimits } from '@basin/core/contracts/datasets.ts';

export interface UploadPart {
	key: string;
	sizeBytes: number;
}

/**
 * Where the pieces of an upload lie: objects of their own, since a small S3 server takes 11 MiB in one request, and a piece that
 * is sent again replaces itself without anything to begin, complete or abort.
 */
export function partsOf(datasetId: string, { files }: Pick<DatasetUploadInput, 'files'>): UploadPart[][] {
	return files.map(({ sizeBytes }, file) => {
		const count = Math.ceil(sizeBytes / datasetLimits.partBytes);
		return Array.from({ length: count }, (_, part) => ({
			key: `uploads/${datasetId}/${file}-${part}`,
			sizeBytes: Math.min(datasetLimits.partBytes, sizeBytes - part * datasetLimits.partBytes),
		}));
	});
}

export function partKeys(datasetId: string, upload: Pick<DatasetUploadInput, 'files'>): string[] {
	return partsOf(datasetId, upload).flatMap((parts) => parts.map(({ key }) => key));
}
