import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

/**
 * Which rows of a table are in its box, and the height of those that are not drawn above and below. Every row is as high
 * as the next, so that the position of each is known without drawing it.
 */
export function useVirtualRows({
	count,
	rowHeight,
	keyOf,
}: {
	count: number;
	rowHeight: number;
	keyOf: (index: number) => string;
}) {
	const box = useRef<HTMLElement>(null);
	const virtual = useVirtualizer({
		count,
		getScrollElement: () => box.current,
		estimateSize: () => rowHeight,
		overscan: 12,
		getItemKey: keyOf,
	});
	const rows = virtual.getVirtualItems();
	return {
		box,
		rows: rows.map(({ index, key }) => ({ index, key })),
		above: rows[0]?.start ?? 0,
		below: virtual.getTotalSize() - (rows.at(-1)?.end ?? 0),
	};
}
