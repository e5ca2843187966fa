import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** Inter is served with the app, so that digits line up and pages look alike everywhere. */
const font =
	'"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

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
		dark: [
			'#d8dce3',
			'#b6bcc6',
			'#9198a4',
			'#6c7480',
			'#3a414c',
			'#2f353f',
			'#262b33',
			'#1b1f25',
			'#15181d',
			'#101216',
		],
	},
	primaryShade: { light: 9, dark: 8 },
	fontFamily: font,
	fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
	headings: { fontFamily: font, fontWeight: '650' },
	fontSmoothing: true,
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
	light: { '--basin-page': '#f6f7f9', '--mantine-color-dimmed': '#5c6670', '--mantine-color-error': '#c92a2a' },
	dark: { '--basin-page': '#121519', '--mantine-color-dimmed': '#a3abb8', '--mantine-color-error': '#ff8787' },
});
