import { after, before, test } from 'node:test';
import { checkAccessibility } from '@basin/web/e2e/accessibility.ts';
import { exerciseWeb } from '@basin/web/e2e/exercise.ts';
import { chromiumPath, openPage } from '../support/browser.ts';
import { killStack, type Stack, startStack, temporaryHome } from '../support/stack.ts';

const skip = chromiumPath ? false : 'no Chromium on this machine';
let stack: Stack | undefined;
let home: Awaited<ReturnType<typeof temporaryHome>> | undefined;

before(async () => {
	if (skip) return;
	home = await temporaryHome();
	stack = await startStack(home.home);
});
after(async () => {
	await killStack(stack);
	await home?.remove();
});

test('a person designs a sweep, corrects a mistake, watches the board fill and opens the winner', {
	skip,
}, async () => {
	const { page, close } = await openPage();
	try {
		await exerciseWeb({ baseUrl: (stack as Stack).baseUrl, page });
	} finally {
		await close();
	}
});

test('a claim of the lecture is run from the Lab, and its verdict and figures appear', { skip }, async () => {
	const { page, close } = await openPage();
	const { baseUrl } = stack as Stack;
	try {
		await page.goto(`${baseUrl}/lab`);
		await page.getByRole('link', { name: 'One update an epoch, or twenty' }).click();
		await page.getByRole('button', { name: /Run quick/ }).click();
		await page
			.getByRole('region', { name: 'Verdict' })
			.getByText('holds', { exact: true })
			.first()
			.waitFor({ timeout: 90_000 });
		await page.getByRole('region', { name: 'The way over the error surface' }).getByRole('img').waitFor();
		await checkAccessibility({
			...{ baseUrl, page },
			paths: ['/lab', '/lab/noisy-updates'],
			darkPaths: ['/lab/noisy-updates'],
		});
		await page.goto(`${baseUrl}/lab/nothing`);
		await page.getByText('There is no such page.').waitFor();
	} finally {
		await close();
	}
});
