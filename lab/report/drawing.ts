import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { figureOption, legendMark, legendNames } from '@basin/web/lab/figure-option.ts';
import { Resvg } from '@resvg/resvg-js';
import * as echarts from 'echarts';
import type { Figure } from '../findings.ts';

const size = { width: 720, height: 440 };
const fontFolder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
/** A server may have no fonts at all, and Greek letters need one that has them. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(fontFolder, name));
/** As in the page around it; a picture has no page, and takes the font above. */
const font = 'system-ui, sans-serif';

// Without a canvas ECharts takes the widths of Arial; those of DejaVu are wider, and labels would touch.
echarts.setPlatformAPI({
	measureText: (text, style) =>
		({ width: widthOf(text, Number(/([\d.]+)px/.exec(style ?? '')?.[1] ?? 12)) }) as TextMetrics,
});

/** A figure as an SVG document. */
export function svgOf(figure: Figure): string {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
	try {
		const option = figureOption(figure, { scheme: 'light', font, legendLines: legendLines(figure) });
		chart.setOption({ ...option, backgroundColor: '#ffffff' });
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
}

/** How many lines its legend takes. */
function legendLines(figure: Figure): number {
	const widths = legendNames(figure).map((name) => widthOf(name, 12) + legendMark);
	let [lines, left] = [1, size.width - 16];
	for (const width of widths) {
		if (width > left) [lines, left] = [lines + 1, size.width - 16];
		left -= width;
	}
	return lines;
}

/** Of a text in DejaVu Sans, roughly. */
function widthOf(text: string, fontSize: number): number {
	const parts = [...text].map((letter) =>
		/[iljtfr.,:;|()'/ ]/.test(letter) ? 0.37 : /[mwMW%]/.test(letter) ? 0.95 : 0.63,
	);
	return parts.reduce((sum, part) => sum + part * fontSize, 0);
}

/** The same in pixels, twice as many as points. */
export function pngOf(svg: string): Uint8Array {
	const options = {
		fitTo: { mode: 'zoom', value: 2 },
		font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
	} as const;
	return new Resvg(svg, options).render().asPng();
}
