import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import {
	AllocationStrategy,
	type CfnComputeEnvironment,
	EcsEc2ContainerDefinition,
	EcsJobDefinition,
	EcsMachineImageType,
	JobQueue,
	LinuxParameters,
	ManagedEc2EcsComputeEnvironment,
	TmpfsMountOption,
} from 'aws-cdk-lib/aws-batch';
import {
	BlockDeviceVolume,
	EbsDeviceVolumeType,
	InstanceType,
	LaunchTemplate,
	MultipartBody,
	MultipartUserData,
	UserData,
} from 'aws-cdk-lib/aws-ec2';
import { type ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcards } from '../acknowledge.ts';
import type { Platform } from './basin-function.ts';

/** A spot machine is gone two minutes after its notice: a worker has so long to end its epoch and store a checkpoint. */
export const stopTimeoutSeconds = 110;
/** Less, so that it is done before it is killed. */
export const shutdownSeconds = 100;
/** Of one worker: all of the smallest instance of each family, less what its system needs. */
const cpus = 4;
const memory = Size.mebibytes(14_336);
/** A worker that never ends is ended: its trial goes on elsewhere from its last checkpoint. */
const longestJob = Duration.hours(24);

export type GpuWorkersProps = {
	platform: Omit<Platform, 'bundles'>;
	/** The worker's image, for x86-64 and an NVIDIA GPU. */
	image: ContainerImage;
	/** Such as `g6.xlarge`; which of them runs is up to price and capacity. */
	instanceTypes: string[];
	/** Workers at once at most. */
	maxGpus: number;
};

/**
 * GPU machines that are there while trials wait: AWS Batch starts one for each job, spot first, and ends it when its jobs have ended. A job
 * is the ordinary worker, which leaves after 90 seconds without work. Batch retries nothing: the database alone decides.
 */
export class GpuWorkers extends Construct {
	readonly jobQueue: JobQueue;
	readonly jobDefinition: EcsJobDefinition;
	/** What the worker itself may do. */
	readonly role: Role;

	constructor(scope: Construct, id: string, props: GpuWorkersProps) {
		super(scope, id);
		const launchTemplate = this.#launchTemplate();
		const environments = [true, false].map((spot) => this.#machines(props, { spot, launchTemplate }));
		this.jobQueue = new JobQueue(this, 'Jobs', {
			computeEnvironments: environments.map((computeEnvironment, index) => ({ computeEnvironment, order: index + 1 })),
		});
		this.role = this.#workerRole(props.platform);
		this.jobDefinition = this.#job(props);
	}

	/** Lets `grantee` start workers, list them, and call off those that have not begun. */
	grantStart(role: IRole): void {
		const ofJobs = Stack.of(this).formatArn({ service: 'batch', resource: 'job', resourceName: '*' });
		for (const [action, resources] of [
			['batch:SubmitJob', [this.jobQueue.jobQueueArn, this.jobDefinition.jobDefinitionArn]],
			['batch:CancelJob', [ofJobs]],
			['batch:ListJobs', ['*']],
		] as const) {
			const statement = new PolicyStatement({ actions: [action], resources: [...resources] });
			role.addToPrincipalPolicy(statement);
		}
		const { partition, region } = Stack.of(this);
		acknowledgeWildcards(
			role,
			'A job’s id is new every time, and jobs are listed by an action that takes no resource.',
			['Resource::*', `Resource::arn:${partition}:batch:${region}:<AWS::AccountId>:job/*`],
		);
	}

	#machines(
		{ platform, instanceTypes, maxGpus }: GpuWorkersProps,
		{ spot, launchTemplate }: { spot: boolean; launchTemplate: LaunchTemplate },
	): ManagedEc2EcsComputeEnvironment {
		const { vpc, workerSubnets, workers } = platform.network;
		const machines = new ManagedEc2EcsComputeEnvironment(this, spot ? 'Spot' : 'OnDemand', {
			vpc,
			vpcSubnets: workerSubnets,
			securityGroups: [workers],
			spot,
			allocationStrategy: spot
				? AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED
				: AllocationStrategy.BEST_FIT_PROGRESSIVE,
			instanceTypes: instanceTypes.map((type) => new InstanceType(type)),
			useOptimalInstanceClasses: false,
			images: [{ imageType: EcsMachineImageType.ECS_AL2023_NVIDIA }],
			minvCpus: 0,
			maxvCpus: Math.max(1, maxGpus) * cpus,
			launchTemplate,
			// A new image or setting replaces machines as they become free.
			updateToLatestImageVersion: true,
			updateTimeout: Duration.minutes(30),
			terminateOnUpdate: false,
		});
		// A changed template replaces machines as they become free; without its version nothing would change.
		(machines.node.defaultChild as CfnComputeEnvironment).addPropertyOverride(
			'ComputeResources.LaunchTemplate.Version',
			launchTemplate.latestVersionNumber,
		);
		acknowledgeManagedPolicy(
			machines,
			'AWS’s own policy for machines of ECS: to register, to fetch images, to write logs.',
			'AmazonEC2ContainerServiceforEC2Role',
		);
		return machines;
	}

	#launchTemplate(): LaunchTemplate {
		const settings = UserData.forLinux();
		settings.addCommands(
			`echo ECS_CONTAINER_STOP_TIMEOUT=${stopTimeoutSeconds}s >> /etc/ecs/ecs.config`,
			'echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config',
		);
		// Batch adds its own part, so it has to be of several.
		const userData = new MultipartUserData();
		userData.addPart(MultipartBody.fromUserData(settings));
		return new LaunchTemplate(this, 'Machine', {
			userData,
			requireImdsv2: true,
			httpPutResponseHopLimit: 1,
			blockDevices: [
				{
					deviceName: '/dev/xvda',
					// The image, and BASIN_DATASETS_GIB of data sets.
					volume: BlockDeviceVolume.ebs(60, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
				},
			],
		});
	}

	#workerRole({ database, trialQueue, artifacts }: GpuWorkersProps['platform']): Role {
		const role = new Role(this, 'Worker', {
			assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
			description: 'A GPU worker: takes messages, reads data sets, stores what it trains, signs in as the worker',
		});
		trialQueue.queue.grantConsumeMessages(role);
		database.grantSignIn(role, 'worker');
		artifacts.grantList(role);
		artifacts.grantRead(role, ['datasets', 'checkpoints']);
		artifacts.grantWrite(role, ['sweeps', 'checkpoints']);
		artifacts.grantDelete(role, ['checkpoints']);
		return role;
	}

	#job({ platform, image }: GpuWorkersProps): EcsJobDefinition {
		const { database, trialQueue, artifacts } = platform;
		const linuxParameters = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
		linuxParameters.addTmpfs({
			containerPath: '/tmp',
			size: Size.gibibytes(2),
			mountOptions: [TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV],
		});
		const executionRole = new Role(this, 'Start', {
			assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
			description: 'What starts a GPU worker: fetches its image and writes its log',
		});
		acknowledgeWildcards(executionRole, 'To sign in to ECR takes no resource.', ['Resource::*']);
		const logGroup = new LogGroup(this, 'Logs', {
			retention: RetentionDays.ONE_MONTH,
			removalPolicy: RemovalPolicy.DESTROY,
		});
		return new EcsJobDefinition(this, 'Drainer', {
			container: new EcsEc2ContainerDefinition(this, 'Container', {
				image,
				cpu: cpus,
				memory,
				gpu: 1,
				jobRole: this.role,
				executionRole,
				readonlyRootFilesystem: true,
				linuxParameters,
				logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'worker' }),
				command: ['--drain', '--idle-exit', '90'],
				environment: {
					BASIN_WORKER_DATABASE_URL: database.urlOf('worker'),
					BASIN_DATABASE_AUTH: 'iam',
					BASIN_QUEUE_URL: trialQueue.url,
					BASIN_BUCKET: artifacts.bucket.bucketName,
					BASIN_PROVIDER: 'cuda',
					BASIN_SHUTDOWN_SECONDS: String(shutdownSeconds),
					AWS_REGION: Stack.of(this).region,
					// The image has RDS's certificates; Node trusts them when told where they are.
					NODE_EXTRA_CA_CERTS: '/etc/ssl/aws-rds.pem',
				},
			}),
			retryAttempts: 1,
			timeout: longestJob,
		});
	}
}
