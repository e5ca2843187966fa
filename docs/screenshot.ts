/** `node docs/screenshot.ts`: runs the quickstart on a fresh stack and writes docs/images/leaderboard.png, for the README. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@basin/cli/client.ts';
import { openPage } from '../tests/support/browser.ts';
import { killStack, repository, startStack, temporaryHome } from '../tests/support/stack.ts';
import { waitFor } from '../tests/support/wait.ts';

const home = await temporaryHome();
const stack = await startStack(home.home);
try {
	const client = createClient({ baseUrl: stack.baseUrl });
	const { id } = await client.createSweep(JSON.parse(await readFile(`${repository}examples/quickstart.json`, 'utf8')));
	await waitFor(
		'the quickstart to complete',
		300_000,
		async () => (await client.getSweep(id)).state === 'completed',
		500,
	);
	const { page, close } = await openPage({ width: 1400, height: 1100 });
	await page.goto(`${stack.baseUrl}/sweeps/${id}`);
	await page.getByRole('row').nth(24).waitFor();
	await page.locator('canvas').first().waitFor();
	await page.waitForLoadState('networkidle');
	await page.screenshot({ path: fileURLToPath(new URL('images/leaderboard.png', import.meta.url)) });
	await close();
} finally {
	await killStack(stack);
	await home.remove();
}
