/**
 * Calls `action` at once, then at most once in each interval; what is asked for within it happens at its end.
 * @returns a function that asks, with the interval that should follow
 */
export function createThrottle(action: () => void, signal: AbortSignal): (everyMs: number) => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asked = false;
	const run = (everyMs: number) => {
		asked = false;
		action();
		timer = setTimeout(() => {
			timer = undefined;
			if (asked) run(everyMs);
		}, everyMs);
	};
	signal.addEventListener('abort', () => clearTimeout(timer));
	return (everyMs) => {
		if (signal.aborted) return;
		if (timer === undefined) run(everyMs);
		else asked = true;
	};
}
