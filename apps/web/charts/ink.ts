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

/** Where a log axis of these values ends, and its ticks: at round numbers within two decades, else at powers of ten. */
export function logAxis(values: readonly number[]): { low: number; high: number; ticks: number[] } {
	const [lowest, highest] = values.reduce(
		([low, high], value) => [Math.min(low, value), Math.max(high, value)],
		[Number.POSITIVE_INFINITY, 0],
	);
	const margin = Math.max(1.05, (highest / lowest) ** 0.04);
	const [low, high] = [lowest / margin, highest * margin];
	const steps = high / low < 12 ? [1, 1.5, 2, 3, 5, 7] : high / low < 150 ? [1, 2, 5] : [1];
	const ticks: number[] = [];
	for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
		for (const step of steps) {
			const tick = Number(`${step}e${power}`);
			if (tick >= low && tick <= high) ticks.push(tick);
		}
	// Values close to each other may have no round number between them.
	return { low, high, ticks: ticks.length >= 2 ? ticks : [lowest, highest] };
}

type AxisInput = {
	name: string;
	scale: 'linear' | 'log';
	tick: (value: number) => string;
	scheme: Scheme;
	/** Grid lines across the chart. */
	lines?: boolean;
	/** On a log scale: what is drawn. The axis ends a little beyond, with ticks at round numbers between. */
	values?: readonly number[];
};

/** A numeric axis; on a log scale it need not begin at 1. */
export function chartAxis({ name, scale, tick, scheme, lines = false, values = [] }: AxisInput) {
	const ink = inks[scheme];
	const log = scale === 'log' && values.length > 0 ? logAxis(values) : undefined;
	return {
		type: scale === 'log' ? ('log' as const) : ('value' as const),
		name,
		nameLocation: 'middle' as const,
		scale: true,
		...(log && { min: log.low, max: log.high }),
		axisLine: { lineStyle: { color: ink.line } },
		axisTick: { lineStyle: { color: ink.line }, ...(log && { customValues: log.ticks }) },
		splitLine: { show: lines, lineStyle: { color: ink.line } },
		axisLabel: { color: ink.text, formatter: tick, hideOverlap: true, ...(log && { customValues: log.ticks }) },
		nameTextStyle: { color: ink.text },
	};
}

/** The name of an upright axis stands above it, where it takes no width. */
export const nameAbove = (scheme: Scheme) => ({
	nameLocation: 'end' as const,
	nameGap: 14,
	nameTextStyle: { color: inks[scheme].text, align: 'left' as const, fontWeight: 600 as const },
});
