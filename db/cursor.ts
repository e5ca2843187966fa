import { BasinError } from '@basin/core/contracts/errors.ts';

/** Wraps where a page ended, so that clients do not build on what is inside. */
export function encodeCursor(position: unknown): string {
	return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws BasinError `invalid_request` when it is not a cursor of this kind of list. */
export function decodeCursor<T>(cursor: string, isPosition: (value: unknown) => value is T): T {
	const position = parseJson(Buffer.from(cursor, 'base64url').toString());
	if (isPosition(position)) return position;
	throw new BasinError('invalid_request', 'The cursor is not one that this list handed out.');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Cuts off the one row too many that was asked for to learn whether there is a next page. */
export function cutPage<T>(rows: T[], limit: number, cursorAfter: (last: T) => string) {
	const items = rows.slice(0, limit);
	const last = items.at(-1);
	return { items, nextCursor: rows.length > limit && last ? cursorAfter(last) : null };
}
