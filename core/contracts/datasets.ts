import { z } from 'zod';

/**
 * Bounds of an uploaded data set. A part in base64 is within the 6 MB that a Lambda function takes, and the 11 MiB that small S3 servers
 * take in one request.
 */
export const datasetLimits = {
	files: 4,
	partBytes: 4 * 1024 * 1024,
	uploadBytes: 256 * 1024 * 1024,
	/** Of all numbers, unpacked. */
	valueBytes: 256 * 1024 * 1024,
	uploadSeconds: 3600,
} as const;

export const DatasetFormat = z.enum(['npz', 'safetensors', 'csv', 'idx']);
export type DatasetFormat = z.infer<typeof DatasetFormat>;

/** What a sweep calls a data set: a path and a command line take it as it is. */
export const OwnDatasetName = z
	.string()
	.regex(
		/^[a-z0-9][a-z0-9._-]{0,62}$/,
		'must be 1 to 63 of a–z, 0–9, ".", "_" and "-", and start with a letter or digit',
	);

const DatasetFileInput = z.strictObject({
	name: z.string().regex(/^[\w][\w .()-]{0,199}$/, 'must be a plain file name of at most 200 characters'),
	sizeBytes: z.int().min(1, 'must not be empty').max(datasetLimits.uploadBytes, 'must be at most 256 MiB'),
});

/** Body of `POST /v1/datasets`. */
export const DatasetUploadInput = z
	.strictObject({
		name: OwnDatasetName,
		format: DatasetFormat,
		files: z.array(DatasetFileInput).min(1).max(datasetLimits.files).meta({
			description:
				'npz and safetensors: one file with x_train, y_train (x_test, y_test), or x, y. csv: one file, or two, one with "test" in its name; the first line names the columns, one of which is `label`. idx: images and labels, for train and for test ("t10k"), each also as .gz.',
		}),
		inputScale: z.number().positive().max(1e6).optional().meta({
			description: 'Multiplies every value before the network sees it. Default: 1/255 for bytes, else 1.',
		}),
		inputShape: z.array(z.int().min(1).max(65_536)).min(1).max(3).optional().meta({
			description: 'Another shape for one example, such as [28, 28, 1] for 784 columns of a CSV file.',
		}),
		testFraction: z.number().min(0.01).max(0.9).default(0.2).meta({
			description: 'The part of each class that is held out for test where the files have no test part.',
		}),
	})
	.meta({ id: 'DatasetUploadInput' });
export type DatasetUploadInput = z.output<typeof DatasetUploadInput>;

/** Answer of `POST /v1/datasets`: where the bytes go. */
export const DatasetUpload = z
	.object({
		id: z.string(),
		name: z.string(),
		expiresAt: z.iso.datetime().meta({ description: 'The links take bytes until then.' }),
		files: z.array(
			z.object({
				name: z.string(),
				parts: z
					.array(z.object({ url: z.url(), sizeBytes: z.int() }))
					.meta({ description: 'Consecutive pieces of the file; PUT each to its link, in any order.' }),
			}),
		),
	})
	.meta({ id: 'DatasetUpload' });
export type DatasetUpload = z.infer<typeof DatasetUpload>;

/** Answer of `GET /v1/datasets/{id}/content`: the one safetensors file that trials train on. */
export const DatasetContent = z
	.object({
		id: z.string(),
		name: z.string(),
		sha256: z.string(),
		url: z.url().meta({ description: 'Presigned; valid for five minutes.' }),
	})
	.meta({ id: 'DatasetContent' });
export type DatasetContent = z.infer<typeof DatasetContent>;

/** Answer of `PUT /v1/datasets/{id}/files/{file}/parts/{part}`. */
export const StoredPart = z.object({ file: z.int(), part: z.int(), sizeBytes: z.int() }).meta({ id: 'StoredPart' });
export type StoredPart = z.infer<typeof StoredPart>;

/** Answer of `DELETE /v1/datasets/{id}`. */
export const DeletedDataset = z.object({ id: z.string(), name: z.string() }).meta({ id: 'DeletedDataset' });
export type DeletedDataset = z.infer<typeof DeletedDataset>;
