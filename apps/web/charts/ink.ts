export type Scheme = 'light' | 'dark';

/** Okabe & Ito (2008), told apart with every kind of colour vision; the last two are added, blues swap places on dark. */
export const hues = {
	light: ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#b8a400', '#8c6bb1'],
	dark: ['#56b4e9', '#e69f00', '#1fc08f', '#f0752b', '#dd96be', '#3b8fc9', '#d6c433', '#a98fcc'],
} as const;

export const symbols = [
	'circle',
	'triangle',
	'rect',
	'diamond',
	'emptyCircle',
	'emptyTriangle',
	'emptyRect',
	'emptyDiamond',
] as const;

/** As in the theme; a canvas inherits no font. */
export const fontFamily =
	'"Inter Variable", system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const inks = {
	light: { text: '#3d4550', line: '#dde1e6', box: '#ffffff' },
	dark: { text: '#b6bcc6', line: '#343a44', box: '#262b33' },
} as const;

/** The colour of the n-th of several series. */
export function hueOf(index: number, scheme: Scheme): string {
	return hues[scheme][index % hues[scheme].length]!;
}

/** Parts of an option that all charts share. */
export function chartBase(scheme: Scheme) {
	const ink = inks[scheme];
	return {
		animation: false,
		color: [...hues[scheme]],
		textStyle: { fontFamily, color: ink.text },
		tooltip: {
			// Drawn on the canvas: an HTML tooltip needs style attributes, which the content security policy refuses.
			renderMode: 'richText' as const,
			confine: true,
			backgroundColor: ink.box,
			borderColor: ink.line,
			textStyle: { color: ink.text, fontSize: 13 },
		},
	};
}

type AxisInput = {
	name: string;
	scale: 'linear' | 'log';
	tick: (value: number) => string;
	scheme: Scheme;
	/** Grid lines across the chart. */
	lines?: boolean;
	/** On a log scale: what is drawn, to choose how close the ticks are. */
	values?: readonly number[];
};

/** Ticks at powers of ten where there are decades between the values, else at powers of two. */
export function logBaseOf(values: readonly number[]): 2 | 10 {
	const [low, high] = values.reduce(
		([low, high], value) => [Math.min(low, value), Math.max(high, value)],
		[Number.POSITIVE_INFINITY, 0],
	);
	return high / low < 100 ? 2 : 10;
}

/** A numeric axis; on a log scale it need not begin at 1. */
export function chartAxis({ name, scale, tick, scheme, lines = false, values = [] }: AxisInput) {
	const ink = inks[scheme];
	return {
		type: scale === 'log' ? ('log' as const) : ('value' as const),
		name,
		nameLocation: 'middle' as const,
		scale: true,
		logBase: logBaseOf(values),
		axisLine: { lineStyle: { color: ink.line } },
		splitLine: { show: lines, lineStyle: { color: ink.line } },
		axisLabel: { color: ink.text, formatter: tick, hideOverlap: true },
		nameTextStyle: { color: ink.text },
	};
}
