import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address that deliveries do not go to. */
export class PrivateAddress extends Error {
	override name = 'PrivateAddress';

	constructor(host: string) {
		super(`${host} is a private or special address, where webhooks may not go.`);
	}
}

/** Global unicast; all other IPv6 is local, mapped, tunnelled or reserved. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Whether an address is of the public internet: not of this machine, of a private network, of a cloud's metadata, or a way around. */
export function isPublicAddress(text: string): boolean {
	if (!ipaddr.isValid(text)) return false;
	const address = ipaddr.process(text);
	if (address.range() !== 'unicast') return false;
	return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast);
}

/** @throws PrivateAddress for a host that is written as a private address, or named after this machine */
export function requirePublicHost({ hostname }: URL): void {
	const host = hostname.replace(/^\[|\]$/g, '');
	if (isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddress(host);
	if (/(^|\.)(localhost|local|internal)\.?$/i.test(host)) throw new PrivateAddress(host);
}

type Lookup = typeof systemLookup;

/**
 * A `lookup` for a connection that looks at what a name leads to at that very moment, and connects to nothing else: a name that leads
 * elsewhere a second later gains nothing. One private address among several refuses them all.
 */
export function publicLookup(lookup: Lookup = systemLookup): LookupFunction {
	return (hostname, options, done) => {
		lookup(hostname, { ...options, all: true }, (error, addresses) => {
			if (error) return done(error, '', 0);
			const found = addresses.find(({ address }) => !isPublicAddress(address));
			if (found || addresses.length === 0) return done(new PrivateAddress(hostname), '', 0);
			if (options.all) return done(null, addresses);
			const [{ address, family }] = addresses as [(typeof addresses)[number]];
			done(null, address, family);
		});
	};
}
