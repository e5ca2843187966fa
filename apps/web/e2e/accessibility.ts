import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] };

type Input = {
	baseUrl: string;
	page: Page;
	paths: readonly string[];
	/** Those that are also looked at in dark: colours are shared, so a few pages have all of them. */
	darkPaths: readonly string[];
};

/** Opens each path and asks axe for what keeps people out. @throws with every violation found */
export async function checkAccessibility({ baseUrl, page, paths, darkPaths }: Input): Promise<void> {
	const found: string[] = [];
	for (const path of paths) {
		await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
		await page.goto(`${baseUrl}${path}`);
		await page.getByRole('heading', { level: 1 }).waitFor();
		await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
		found.push(...(await violations(page)).map((words) => `${path} ${words}`));
		if (!darkPaths.includes(path)) continue;
		await page.emulateMedia({ colorScheme: 'dark' });
		await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
		found.push(...(await violations(page)).map((words) => `${path} in dark ${words}`));
	}
	assert.deepEqual(found, []);
}

/** By the debugger's own channel, since the page's policy lets no foreign script in. */
async function violations(page: Page): Promise<string[]> {
	// A colour on its way from light to dark has no contrast yet.
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(axe.source);
	const found = await page.evaluate(async () => {
		const { axe } = globalThis as unknown as {
			axe: { run(options: object): Promise<{ violations: Violation[] }> };
		};
		return (await axe.run({ resultTypes: ['violations'] })).violations;
	});
	return found.map(({ id, help, nodes }) => {
		const where = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`);
		return `${id}: ${help}: ${where.join('; ')}`;
	});
}
