import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
	FlowLogDestination,
	FlowLogTrafficType,
	GatewayVpcEndpointAwsService,
	IpProtocol,
	Peer,
	Port,
	SecurityGroup,
	type SubnetSelection,
	SubnetType,
	Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export type NetworkProps = {
	/** How many availability zones to use. */
	availabilityZones: number;
	/** Ways out over IPv4 for functions; 0: none, for nothing. */
	natGateways: number;
};

/** Of Postgres. */
const databasePort = Port.tcp(5432);

/**
 * A network that costs nothing while idle: no NAT gateway (33 USD a month each) and no interface endpoints (7 USD a month per service and
 * zone). Functions reach AWS by IPv6, S3 by its free gateway endpoint; GPU machines have public addresses and let nobody in.
 */
export class Network extends Construct {
	readonly vpc: Vpc;
	/** Of functions: out to AWS over IPv6 and to the database, nothing in. */
	readonly functions: SecurityGroup;
	/** Of GPU machines: out to the world and to the database, nothing in. */
	readonly workers: SecurityGroup;
	/** Of the database: in from functions and workers, nothing out. */
	readonly database: SecurityGroup;
	readonly functionSubnets: SubnetSelection = { subnetGroupName: 'functions' };
	readonly workerSubnets: SubnetSelection = { subnetGroupName: 'workers' };
	readonly databaseSubnets: SubnetSelection = { subnetGroupName: 'database' };

	constructor(scope: Construct, id: string, { availabilityZones, natGateways }: NetworkProps) {
		super(scope, id);
		this.vpc = new Vpc(this, 'Vpc', {
			ipProtocol: IpProtocol.DUAL_STACK,
			// By their position: names would have to be looked up in an account.
			availabilityZones: Array.from({ length: availabilityZones }, (_, zone) => Fn.select(zone, Fn.getAzs())),
			natGateways,
			subnetConfiguration: [
				{ name: 'workers', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: true, cidrMask: 20 },
				{ name: 'functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
				{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
			],
			gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
			flowLogs: {
				Refused: {
					trafficType: FlowLogTrafficType.REJECT,
					destination: FlowLogDestination.toCloudWatchLogs(
						new LogGroup(this, 'RefusedTraffic', {
							retention: RetentionDays.TWO_WEEKS,
							removalPolicy: RemovalPolicy.DESTROY,
						}),
					),
				},
			},
		});
		const group = (name: string, description: string) =>
			new SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false });
		this.functions = group('Functions', 'Basin functions: out to AWS and the database');
		this.workers = group('Workers', 'Basin GPU workers: out to the world and the database');
		this.database = group('Database', 'Basin database: in from functions and workers');
		for (const client of [this.functions, this.workers]) {
			client.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS');
			client.addEgressRule(Peer.anyIpv6(), Port.tcp(443), 'HTTPS');
			client.addEgressRule(this.database, databasePort, 'Postgres');
			this.database.addIngressRule(client, databasePort, 'Postgres');
		}
	}
}
