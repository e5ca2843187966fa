/** Numbers that a seed decides (mulberry32), so that a chaos run can be told again. */
export type Random = {
	/** 0 ≤ x < 1. */
	unit(): number;
	between(low: number, high: number): number;
	pick<T>(items: readonly T[]): T;
	/** One of the names, as often as its weight says. */
	weighted<K extends string>(weights: Record<K, number>): K;
	/** Draws names from a shuffled deck that has each as often as its weight says, and a new deck when it is used up. */
	deck<K extends string>(weights: Record<K, number>): () => K;
};

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const unit = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const pick: Random['pick'] = (items) => items[Math.floor(unit() * items.length)]!;
	return {
		unit,
		between: (low, high) => low + unit() * (high - low),
		pick,
		weighted: <K extends string>(weights: Record<K, number>): K => {
			const entries = Object.entries(weights) as [K, number][];
			let rest = unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
			for (const [name, weight] of entries) {
				rest -= weight;
				if (rest < 0) return name;
			}
			return entries.at(-1)![0];
		},
		deck: <K extends string>(weights: Record<K, number>) => {
			const names = (Object.entries(weights) as [K, number][]).flatMap(([name, count]) => Array<K>(count).fill(name));
			let left: K[] = [];
			return () => {
				if (left.length === 0) left = [...names];
				return left.splice(Math.floor(unit() * left.length), 1)[0]!;
			};
		},
	};
}
