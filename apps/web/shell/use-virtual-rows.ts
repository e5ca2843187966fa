import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

/**
 * Which rows of a table are in its box, by their positions, and the height of those that are not drawn above and below.
 * Every row is as high as the next, so that the position of each is known without drawing it.
 */
export function useVirtualRows({ count, rowHeight }: { count: number; rowHeight: number }) {
	const box = useRef<HTMLElement>(null);
	const virtual = useVirtualizer({
		count,
		getScrollElement: () => box.current,
		estimateSize: () => rowHeight,
		overscan: 6,
	});
	const rows = virtual.getVirtualItems();
	return {
		box,
		inSight: rows.map(({ index }) => index),
		above: rows[0]?.start ?? 0,
		below: virtual.getTotalSize() - (rows.at(-1)?.end ?? 0),
	};
}
