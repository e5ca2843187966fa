/** Plain JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A finite number where the text is one; otherwise the text, trimmed. */
export function numberOrText(typed: string | number): number | string {
	if (typeof typed === 'number') return typed;
	const text = typed.trim();
	const number = Number(text);
	return text !== '' && Number.isFinite(number) ? number : text;
}
