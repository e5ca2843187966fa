import { type CSSVariablesResolver, createTheme } from '@mantine/core';

const systemFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const theme = createTheme({
	primaryColor: 'basin',
	// Mantine's cyan, with shade 8 dark enough that white on it is 4.8 : 1 (it was 4.3 : 1).
	colors: {
		basin: [
			'#e3fafc',
			'#c5f6fa',
			'#99e9f2',
			'#66d9e8',
			'#3bc9db',
			'#22b8cf',
			'#15aabf',
			'#1098ad',
			'#0b7e91',
			'#0b7285',
		],
	},
	primaryShade: { light: 9, dark: 8 },
	fontFamily: systemFont,
	fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
	headings: { fontFamily: systemFont, fontWeight: '650' },
	defaultRadius: 'md',
	cursorType: 'pointer',
	respectReducedMotion: true,
	components: {
		// Options stay beside their input in the document, inside of its landmark.
		Select: { defaultProps: { comboboxProps: { withinPortal: false } } },
		MultiSelect: { defaultProps: { comboboxProps: { withinPortal: false } } },
		TagsInput: { defaultProps: { comboboxProps: { withinPortal: false } } },
	},
});

/** Secondary text at 5 : 1 or more; Mantine's own is 3.3 : 1 (light) and 4.0 : 1 (dark). */
export const themeVariables: CSSVariablesResolver = () => ({
	variables: {},
	light: { '--mantine-color-dimmed': '#5c6670', '--mantine-color-error': '#c92a2a' },
	dark: { '--mantine-color-dimmed': '#a8a8a8', '--mantine-color-error': '#ff8787' },
});
