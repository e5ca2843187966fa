import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as echarts from 'echarts';
import type { Figure } from '../findings.ts';
import { chartOption } from './chart.ts';

const size = { width: 720, height: 440 };
const fontFolder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
/** A server may have no fonts at all, and Greek letters need one that has them. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(fontFolder, name));

/** A figure as an SVG document. */
export function svgOf(figure: Figure): string {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
	try {
		chart.setOption(chartOption(figure));
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
}

/** The same in pixels, twice as many as points. */
export function pngOf(svg: string): Uint8Array {
	const options = {
		fitTo: { mode: 'zoom', value: 2 },
		font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
	} as const;
	return new Resvg(svg, options).render().asPng();
}
