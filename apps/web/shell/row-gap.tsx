/** Stands for rows of a virtual table that are not drawn. */
export function RowGap({ height, columns }: { height: number; columns: number }) {
	if (height <= 0) return null;
	return (
		<tr aria-hidden>
			<td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
		</tr>
	);
}
