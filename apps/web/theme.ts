import { createTheme } from '@mantine/core';

const systemFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const theme = createTheme({
	primaryColor: 'cyan',
	// White on cyan.9 is 5.5 : 1; the default shade 6 would be 2.7 : 1.
	primaryShade: { light: 9, dark: 8 },
	autoContrast: true,
	fontFamily: systemFont,
	fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
	headings: { fontFamily: systemFont, fontWeight: '650' },
	defaultRadius: 'md',
	cursorType: 'pointer',
	respectReducedMotion: true,
});
