import { formatMoment } from '../format/moments.ts';

/** A timestamp in the reader's zone, machine-readable beside it. */
export function Moment({ at }: { at: string }) {
	return (
		<time dateTime={at} title={at}>
			{formatMoment(at)}
		</time>
	);
}
