import { useMediaQuery } from '@mantine/hooks';

/** Whether the screen is a phone's: what is wide is folded or comes later in the row. */
export function useNarrow(): boolean {
	return useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false });
}
