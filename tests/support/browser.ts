import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The machine's Chromium, or undefined: a browser test is skipped without one. */
export const chromiumPath = candidates.find((path) => existsSync(path));

/** Opens a page in a fresh, headless browser that talks to nobody but the page's own server. */
export async function openPage(
	viewport = { width: 1300, height: 900 },
): Promise<{ page: Page; close(): Promise<void> }> {
	const browser = await chromium.launch({
		executablePath: chromiumPath as string,
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	const page = await browser.newPage({ viewport });
	page.setDefaultTimeout(15_000);
	return { page, close: () => browser.close() };
}
