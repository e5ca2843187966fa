/** Events in the order of their times; of equal times, in the order in which they were added. A binary heap. */
export class Timeline<T> {
	readonly #heap: { at: number; order: number; event: T }[] = [];
	#order = 0;

	add(at: number, event: T): void {
		const heap = this.#heap;
		const entry = { at, order: this.#order++, event };
		let place = heap.length;
		heap.push(entry);
		while (place > 0) {
			const parent = (place - 1) >> 1;
			if (!isBefore(entry, heap[parent]!)) break;
			heap[place] = heap[parent]!;
			place = parent;
		}
		heap[place] = entry;
	}

	/** The earliest event, taken out; undefined when there is none. */
	next(): { at: number; event: T } | undefined {
		const heap = this.#heap;
		const first = heap[0];
		const last = heap.pop();
		if (first === undefined || last === undefined || heap.length === 0) return first;
		let place = 0;
		for (let child = 1; child < heap.length; child = 2 * place + 1) {
			if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
			if (!isBefore(heap[child]!, last)) break;
			heap[place] = heap[child]!;
			place = child;
		}
		heap[place] = last;
		return first;
	}
}

type Placed = { at: number; order: number };
const isBefore = (one: Placed, other: Placed) => one.at < other.at || (one.at === other.at && one.order < other.order);
