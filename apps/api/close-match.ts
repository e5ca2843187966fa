/** What other tools call Basin's keys. */
const otherNames: Readonly<Record<string, string>> = {
	lr: 'eta',
	learningrate: 'eta',
	η: 'eta',
	momentum: 'lambda',
	λ: 'lambda',
	batch: 'batchSize',
	batchsizes: 'batchSize',
	b: 'batchSize',
	seed: 'seeds',
};

const folded = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The known word that was probably meant: another spelling, another tool's name, or at most two slips away. */
export function closeMatch(word: string, known: readonly string[]): string | undefined {
	const plain = folded(word.slice(0, 64));
	const otherName = otherNames[plain];
	if (otherName !== undefined && known.includes(otherName)) return otherName;
	const slips = known.map((candidate) => ({ candidate, distance: editDistance(plain, folded(candidate)) }));
	const best = slips.toSorted((one, other) => one.distance - other.distance)[0];
	return best && best.distance <= Math.min(2, Math.floor(best.candidate.length / 2)) ? best.candidate : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (Damerau–Levenshtein). */
function editDistance(one: string, other: string): number {
	const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
	for (let i = 1; i <= one.length; i++) {
		const [above, row] = [rows[i - 1]!, [i]];
		for (let j = 1; j <= other.length; j++) {
			const replaced = above[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
			const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
			const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : replaced;
			row.push(Math.min(replaced, swapped, above[j]! + 1, row[j - 1]! + 1));
		}
		rows.push(row);
	}
	return rows[one.length]![other.length]!;
}
