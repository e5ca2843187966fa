import assert from 'node:assert/strict';
import { it } from 'node:test';
import { closeMatch } from './close-match.ts';

const known = ['batchSize', 'eta', 'lambda', 'seeds'];

for (const [written, meant] of [
	['batch_size', 'batchSize'],
	['BatchSize', 'batchSize'],
	['batchSzie', 'batchSize'],
	['etta', 'eta'],
	['learning_rate', 'eta'],
	['lr', 'eta'],
	['momentum', 'lambda'],
	['λ', 'lambda'],
	['seed', 'seeds'],
	['x', undefined],
	['optimizer', undefined],
	['', undefined],
] as const) {
	it(`"${written}" ${meant ? `probably means ${meant}` : 'is close to nothing'}`, () => {
		assert.equal(closeMatch(written, known), meant);
	});
}

it('names of other tools are suggested only where the key exists', () => {
	assert.equal(closeMatch('momentum', ['eta']), undefined);
});
