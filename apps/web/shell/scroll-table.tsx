import { Table, type TableProps } from '@mantine/core';

type ScrollTableProps = TableProps & {
	/** What the table holds; read out, because the box can be scrolled with the keyboard. */
	label: string;
	minWidth?: number;
	maxHeight?: string;
};

/** A table that scrolls in its own box, with a header that stays. */
export function ScrollTable({ label, minWidth, maxHeight, children, ...rest }: ScrollTableProps) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1).
		<section className="scroll-box" aria-label={label} tabIndex={0} style={{ maxHeight }}>
			<Table stickyHeader tabularNums verticalSpacing="xs" miw={minWidth} {...rest}>
				{children}
			</Table>
		</section>
	);
}
