const atOnce = 4;

/**
 * Does something with every item, a few at a time; one that fails does not keep the others from being done.
 * @throws Error that says how many failed, and the first reason
 */
export async function forEach<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
	const waiting = [...items];
	const errors: unknown[] = [];
	const work = async () => {
		for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
			try {
				await action(item);
			} catch (error) {
				errors.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: atOnce }, work));
	if (errors.length === 0) return;
	const [first] = errors;
	const reason = first instanceof Error ? first.message : String(first);
	throw new Error(items.length === 1 ? reason : `${errors.length} of ${items.length} did not work: ${reason}`);
}
