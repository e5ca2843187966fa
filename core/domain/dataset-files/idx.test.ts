import { gzipSync } from 'node:zlib';
import { bomb, idx, testRefusals, text } from './testing/files.ts';

const images = idx([3, 2, 2], new Uint8Array(12));
const labels = idx([3], Uint8Array.of(0, 1, 1));

testRefusals('idx', [
	[
		'no IDX',
		[
			{ name: 'images', bytes: text('PK hello') },
			{ name: 'labels', bytes: labels },
		],
		/^images is not an IDX file/,
	],
	[
		'images that were cut short',
		[
			{ name: 'images', bytes: images.subarray(0, 20) },
			{ name: 'labels', bytes: labels },
		],
		/^images should have 12 bytes for \[3, 2, 2\], but has 4/,
	],
	['images without labels', [{ name: 'images', bytes: images }], /^images has no labels beside it/],
	[
		'labels for other images',
		[
			{ name: 'images', bytes: images },
			{ name: 'labels', bytes: idx([2], Uint8Array.of(0, 1)) },
		],
		/^labels has 2 classes for the 3 examples of images/,
	],
	[
		'a gzip file that was cut short',
		[
			{ name: 'images', bytes: gzipSync(images).subarray(0, 20) },
			{ name: 'labels', bytes: labels },
		],
		/^images was cut short/,
	],
	[
		'a gzip bomb',
		[
			{ name: 'images', bytes: gzipSync(bomb) },
			{ name: 'labels', bytes: labels },
		],
		/^images unpacks to more than 8 MiB/,
	],
]);
