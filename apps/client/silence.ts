/** A signal that aborts when `broken` has not been called for so long. */
export function createSilence(silenceMs: number) {
	const controller = new AbortController();
	const start = () =>
		setTimeout(() => controller.abort(new DOMException('Nothing came for too long.', 'TimeoutError')), silenceMs);
	let timer = start();
	return {
		signal: controller.signal,
		broken: () => {
			clearTimeout(timer);
			timer = start();
		},
		/** What follows takes the caller's own time. */
		pause: () => clearTimeout(timer),
		/** Also closes the connection, when its reader stops before its end. */
		end: () => {
			clearTimeout(timer);
			controller.abort();
		},
	};
}
