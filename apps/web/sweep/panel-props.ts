import type { Sweep } from '@basin/client';
import type { Board } from '../board/use-board.ts';

/** What every tab of a sweep gets. */
export type PanelProps = {
	sweep: Sweep;
	/** More trials will finish. */
	live: boolean;
	/** Events tell of changes: nothing need be polled. */
	streaming: boolean;
	/** The page already says that nothing answers. */
	pageIsStale: boolean;
	board: Board;
};
