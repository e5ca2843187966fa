import {
	type CSSVariablesResolver,
	convertCssVariables,
	DEFAULT_THEME,
	defaultCssVariablesResolver,
	type MantineThemeOverride,
	mergeMantineTheme,
} from '@mantine/core';

/**
 * The theme's variables as a constructed style sheet. Mantine would write a `<style>` element, which the page's content
 * security policy (`style-src 'self'`) refuses; so no `Grid`, `SimpleGrid` or responsive style props either.
 */
export function installTheme(theme: MantineThemeOverride, variables: CSSVariablesResolver): void {
	const sheet = new CSSStyleSheet();
	const merged = mergeMantineTheme(DEFAULT_THEME, theme);
	sheet.replaceSync(
		[defaultCssVariablesResolver(merged), variables(merged)].map((part) => convertCssVariables(part, ':root')).join(''),
	);
	document.adoptedStyleSheets.push(sheet);
}
