import { unzipSync } from 'fflate';
import { parseNpy } from './npy.ts';
import type { NumberArray } from './number-array.ts';
import { mebibytes, refusal } from './refusal.ts';

const maxMembers = 100;

/**
 * Reads the arrays of an `.npz` file by name.
 * @param maxBytes what the arrays may take unpacked: checked by the sizes that the file declares, before any is unpacked; an
 * array that unpacks to more than it declares is refused as damaged
 * @throws BasinError `invalid_dataset`
 */
export function parseNpz(bytes: Uint8Array, file: string, maxBytes: number): Map<string, NumberArray> {
	let declared = 0;
	let members = 0;
	const tooMany = refusal(`${file} holds more than ${maxMembers} files.`);
	const tooLarge = refusal(`${file} unpacks to more than ${mebibytes(maxBytes)}, which is the most that is taken.`);
	let contents: Record<string, Uint8Array>;
	try {
		contents = unzipSync(bytes, {
			filter: ({ name, originalSize, size, compression }) => {
				if (++members > maxMembers) throw tooMany;
				if (!name.endsWith('.npy')) return false;
				declared += compression === 0 ? size : originalSize;
				if (declared > maxBytes) throw tooLarge;
				return true;
			},
		});
	} catch (error) {
		if (error === tooLarge || error === tooMany) throw error;
		throw refusal(`${file} is not a whole .npz (zip) file: ${(error as Error).message}.`);
	}
	return new Map(
		Object.entries(contents).map(([member, content]) => {
			const name = member.slice(0, -'.npy'.length);
			return [name, parseNpy(content, `${name} of ${file}`)];
		}),
	);
}
