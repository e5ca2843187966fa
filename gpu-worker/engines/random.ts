/**
 * xoshiro128++ (Blackman and Vigna, 2018): fast, 128 bits of state, and the same numbers on every machine.
 * A stream is named by a list of words, such as (seed, purpose, epoch): streams with different names are independent.
 */
export class Random {
	readonly #state: Uint32Array;

	constructor(state: Uint32Array) {
		this.#state = state;
	}

	/** A stream from its name; every word is taken modulo 2³². */
	static of(...words: number[]): Random {
		const state = Uint32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667);
		for (const word of words) {
			for (let i = 0; i < 4; i++) state[i] = mix((state[i]! + Math.imul(i + 1, 0x85ebca6b)) ^ word);
		}
		if (state.every((word) => word === 0)) state[0] = 1;
		return new Random(state);
	}

	/** A whole number in [0, 2³²). */
	uint32(): number {
		const s = this.#state;
		const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
		const result = (rotateLeft((a + d) >>> 0, 7) + a) >>> 0;
		const c1 = c ^ a;
		const d1 = d ^ b;
		s[1] = b ^ c1;
		s[0] = a ^ d1;
		s[2] = c1 ^ (b << 9);
		s[3] = rotateLeft(d1, 11);
		return result;
	}

	/** A whole number in [0, limit), without bias: the numbers beyond the last multiple of `limit` are drawn again. */
	below(limit: number): number {
		const end = 2 ** 32 - (2 ** 32 % limit);
		let drawn = this.uint32();
		while (drawn >= end) drawn = this.uint32();
		return drawn % limit;
	}

	/** A number in (0, 1), never an end. */
	unit(): number {
		return (this.uint32() + 0.5) / 2 ** 32;
	}

	/** A number of the standard normal distribution (Box and Muller). */
	normal(): number {
		return Math.sqrt(-2 * Math.log(this.unit())) * Math.cos(2 * Math.PI * this.unit());
	}
}

/** What a stream is for; the first word after the seed. */
export const purpose = { initialization: 1, order: 2, split: 3, dropout: 4 } as const;

function rotateLeft(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits));
}

/** The finaliser of MurmurHash3: every bit of the input changes half of the output. */
function mix(word: number): number {
	let h = word;
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return h ^ (h >>> 16);
}
