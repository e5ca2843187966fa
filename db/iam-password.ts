import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from '@smithy/signature-v4';

/** What a client of the AWS SDK has in its `config`. */
export type AwsIdentity = Pick<SignatureV4Init & SignatureV4CryptoInit, 'credentials' | 'region' | 'sha256'>;

/**
 * The password of a login that was granted `rds_iam` (RDS, Aurora): a request to connect as the URL's user, signed here without asking AWS.
 * The server takes it for 15 minutes, so it is made anew for every connection.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function createIamPassword(url: string, identity: AwsIdentity): (signingDate?: Date) => Promise<string> {
	const { hostname, port, username } = new URL(url);
	const host = `${hostname}:${port || 5432}`;
	const signer = new SignatureV4({ service: 'rds-db', ...identity });
	return async (signingDate = new Date()) => {
		const request = new HttpRequest({
			method: 'GET',
			protocol: 'https:',
			hostname,
			path: '/',
			query: { Action: 'connect', DBUser: decodeURIComponent(username) },
			headers: { host },
		});
		const { query } = await signer.presign(request, { expiresIn: 900, signingDate });
		return `${host}/?${new URLSearchParams(query as Record<string, string>)}`;
	};
}
