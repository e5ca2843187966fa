import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] };

/** Opens each path, in light and dark, and asks axe for what keeps people out. @throws with every violation found */
export async function checkAccessibility(input: {
	baseUrl: string;
	page: Page;
	paths: readonly string[];
}): Promise<void> {
	const { baseUrl, page, paths } = input;
	const found: string[] = [];
	for (const path of paths) {
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await page.goto(`${baseUrl}${path}`);
			await page.getByRole('heading', { level: 1 }).waitFor();
			await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
			for (const { id, help, nodes } of await violations(page)) {
				const where = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`);
				found.push(`${path} ${colorScheme}: ${id}: ${help}: ${where.join('; ')}`);
			}
		}
	}
	assert.deepEqual(found, []);
}

/** By the debugger's own channel, since the page's policy lets no foreign script in. */
async function violations(page: Page): Promise<Violation[]> {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
		return (await axe.run()).violations;
	});
}
