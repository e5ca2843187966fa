import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { isPublicAddress, publicLookup } from './public-address.ts';
import { sendMessage } from './send.ts';

let requests = 0;
let answers = true;
const server = createServer((_request, response) => {
	requests++;
	if (answers) response.end();
});
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => {
	server.closeAllConnections();
	server.close();
});
const message = (host: string, scheme = 'https') => ({
	id: 'whd_1',
	url: `${scheme}://${host}:${(server.address() as AddressInfo).port}/`,
	secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
	body: '{}',
});

/** A name server that gives each answer in turn. */
function nameServer(...answers: string[][]) {
	let asked = 0;
	const lookup = (_name: string, _options: unknown, done: (error: null, addresses: LookupAddress[]) => void) => {
		const found = answers[Math.min(asked++, answers.length - 1)]!;
		done(
			null,
			found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
		);
	};
	return { lookup: publicLookup(lookup as never), asked: () => asked };
}

describe('a delivery', () => {
	it('goes to public addresses only: not to this machine, a private network, a cloud’s metadata, or around by IPv6', () => {
		const inside = [
			...[
				'127.0.0.1',
				'127.9.9.9',
				'0.0.0.0',
				'10.0.0.1',
				'172.16.0.1',
				'192.168.1.1',
				'169.254.169.254',
				'100.64.0.1',
			],
			...['100.100.100.200', '192.0.0.8', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
			...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1'],
			...[
				'64:ff9b:1::a00:1',
				'2002:7f00:1::',
				'2001:0:4136:e378:8000:63bf:3fff:fdd2',
				'fe80::1',
				'fc00::1',
				'fd00:ec2::254',
			],
			...['fec0::1', 'ff02::1', '100::1', '2001:db8::1', 'not an address', ''],
		];
		assert.deepEqual(inside.filter(isPublicAddress), []);
		const outside = ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8'];
		assert.deepEqual(
			outside.filter((address) => !isPublicAddress(address)),
			[],
		);
	});

	it('is not sent to a name that leads inside, or that leads inside among others', async () => {
		for (const addresses of [['127.0.0.1'], ['::1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:127.0.0.1'], []]) {
			const { lookup } = nameServer(addresses);
			const sent = await sendMessage(message('rebind.test'), { allowPrivate: false, lookup });
			assert.equal(sent.status, null);
			assert.match(sent.error!, /rebind\.test is a private or special address/);
		}
		assert.equal(requests, 0);
	});

	it('connects to the address that was looked at: a name that changes its answer is asked once', async () => {
		// Nothing is connected to: what is seen is the one address that would be.
		const { lookup, asked } = nameServer(['8.8.8.8'], ['127.0.0.1']);
		const connected: string[] = [];
		const watched: typeof lookup = (name, options, done) =>
			lookup(name, options, (error, address, family) => {
				connected.push(...[address].flat().map((one) => (typeof one === 'string' ? one : one.address)));
				done(error ?? Object.assign(new Error('enough seen'), { code: 'ECONNREFUSED' }), address, family);
			});
		await sendMessage(message('rebind.test'), { allowPrivate: false, lookup: watched });
		assert.deepEqual([asked(), connected], [1, ['8.8.8.8']]);
		assert.equal(requests, 0);
	});

	it('is not sent to a private address however it is written, nor by plain HTTP', async () => {
		for (const host of [
			'127.0.0.1',
			'127.1',
			'0x7f000001',
			'017700000001',
			'2130706433',
			'[::1]',
			'[::ffff:127.0.0.1]',
			'localhost',
			'a.localhost',
			'localhost.',
		]) {
			for (const scheme of ['https', 'http']) {
				const sent = await sendMessage(message(host, scheme), { allowPrivate: false });
				assert.match(sent.error!, /private or special address/, host);
			}
		}
		const { lookup } = nameServer(['8.8.8.8']);
		const plain = await sendMessage(message('example.test', 'http'), { allowPrivate: false, lookup });
		assert.match(plain.error!, /https/);
		assert.equal(requests, 0);
	});

	it('is sent to a private address where that is allowed, and waits for no answer for ever', async () => {
		assert.deepEqual(await sendMessage(message('127.0.0.1', 'http'), { allowPrivate: true }), {
			status: 200,
			error: null,
		});
		answers = false;
		const sent = await sendMessage(message('127.0.0.1', 'http'), { allowPrivate: true, timeoutMs: 100 });
		assert.deepEqual(sent, { status: null, error: 'No answer within 0.1 s.' });
	});
});
