import { after, before, test } from 'node:test';
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
