import { countDrainersToStart } from '@basin/core/domain/drainer-scaler.ts';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';
import { Random } from '@basin/gpu-worker/engines/random.ts';
import { type AttemptRules, attemptSeconds, interrupt, type TrialTimes } from './attempt.ts';
import { Timeline } from './timeline.ts';

export interface Setting {
	trials: readonly TrialTimes[];
	/** Seconds over which the trials come, evenly; 0: all at once. */
	arrivalSeconds: number;
	maxDrainers: number;
	trialsPerDrainer: number;
	/** From the submission of a job to its worker's first claim. */
	startSeconds: number;
	/** A drainer without a trial ends after so long. */
	idleSeconds: number;
	/** Between two looks of the scaler, and what it may start at each. */
	scaleSeconds: number;
	startsAtOnce: number;
	/** Share of running machines that are taken back within an hour, and of those, how many without notice. */
	interruptionsPerHour: number;
	withoutNotice: number;
	/** A machine that is gone without notice is noticed after so long. */
	leaseSeconds: number;
	rules: AttemptRules;
	seed: number;
}

export interface Outcome {
	succeeded: number;
	/** Out of attempts: their machines were gone without notice more often than the budget allows. */
	failed: number;
	makespanSeconds: number;
	/** From the start of each machine to its end. */
	machineSeconds: number;
	/** Of training that nobody had to do again, and of loading and storing for results. */
	usefulSeconds: number;
	lostSeconds: number;
	interruptions: number;
	drainersStarted: number;
	peakDrainers: number;
	/** Jobs in one look of the scaler, at most. */
	peakStarts: number;
	/** Claims in one minute, at most. */
	peakClaimsPerMinute: number;
	peakWaiting: number;
	attempts: number;
	epochs: number;
	/** Drainers that are left when everything is over. */
	drainersLeft: number;
}

type Trial = { times: TrialTimes; doneEpochs: number; failures: number };
type Drainer = {
	startedAt: number;
	/** When its machine is taken back. */
	goneAt: number;
	state: 'starting' | 'idle' | 'busy' | 'ended';
	/** When it leaves, if no trial comes. */
	idleUntil: number;
};
type Event =
	| { type: 'look' }
	| { type: 'due'; trial: Trial }
	| { type: 'ready' | 'idle' | 'gone'; drainer: Drainer }
	| { type: 'end'; drainer: Drainer; trial: Trial; succeeded: boolean };

/** Lives a fleet of drainers through all trials, event by event, with the scaler and the failure budgets that Basin has. Seconds throughout. */
export function simulate(setting: Setting): Outcome {
	return new Fleet(setting).live();
}

class Fleet {
	readonly #setting: Setting;
	readonly #random: Random;
	readonly #timeline = new Timeline<Event>();
	readonly #waiting: Trial[] = [];
	#firstWaiting = 0;
	readonly #idle: Drainer[] = [];
	readonly #count = { starting: 0, idle: 0, busy: 0 };
	#unfinished: number;
	#now = 0;
	#minute = { no: 0, claims: 0 };
	readonly #outcome: Outcome = {
		succeeded: 0,
		failed: 0,
		makespanSeconds: 0,
		machineSeconds: 0,
		usefulSeconds: 0,
		lostSeconds: 0,
		interruptions: 0,
		drainersStarted: 0,
		peakDrainers: 0,
		peakStarts: 0,
		peakClaimsPerMinute: 0,
		peakWaiting: 0,
		attempts: 0,
		epochs: 0,
		drainersLeft: 0,
	};

	constructor(setting: Setting) {
		this.#setting = setting;
		this.#random = Random.of(setting.seed);
		this.#unfinished = setting.trials.length;
	}

	live(): Outcome {
		const { trials, arrivalSeconds } = this.#setting;
		for (const [place, times] of trials.entries()) {
			const trial = { times, doneEpochs: 0, failures: 0 };
			this.#timeline.add((arrivalSeconds * place) / trials.length, { type: 'due', trial });
		}
		this.#timeline.add(0, { type: 'look' });
		for (let next = this.#timeline.next(); next !== undefined; next = this.#timeline.next()) {
			this.#now = next.at;
			this.#happen(next.event);
		}
		this.#outcome.drainersLeft = this.#drainers();
		return this.#outcome;
	}

	#drainers(): number {
		return this.#count.starting + this.#count.idle + this.#count.busy;
	}

	#happen(event: Event): void {
		if (event.type === 'look') this.#look();
		else if (event.type === 'due') this.#wait(event.trial);
		else if (event.type === 'end') this.#end(event.drainer, event.trial, event.succeeded);
		else if (event.type === 'gone') this.#goneWhileIdle(event.drainer);
		else if (event.type === 'idle') this.#leave(event.drainer);
		else {
			this.#count.starting--;
			this.#findWork(event.drainer);
		}
	}

	/** The scaler, as the tick asks it. It rests when nothing is unfinished. */
	#look(): void {
		const { maxDrainers, trialsPerDrainer, startsAtOnce, scaleSeconds, startSeconds } = this.#setting;
		if (this.#unfinished === 0) return;
		const demand = {
			waitingTrials: this.#waiting.length - this.#firstWaiting,
			runningTrials: this.#count.busy,
			startingDrainers: this.#count.starting,
			runningDrainers: this.#count.idle + this.#count.busy,
		};
		const starts = Math.min(startsAtOnce, countDrainersToStart(demand, { maxDrainers, trialsPerDrainer }));
		for (let n = 0; n < starts; n++) {
			const goneAt = this.#now + startSeconds + this.#lifetime();
			const drainer: Drainer = { startedAt: this.#now, goneAt, state: 'starting', idleUntil: 0 };
			this.#timeline.add(this.#now + startSeconds, { type: 'ready', drainer });
		}
		this.#count.starting += starts;
		const outcome = this.#outcome;
		outcome.drainersStarted += starts;
		outcome.peakStarts = Math.max(outcome.peakStarts, starts);
		outcome.peakDrainers = Math.max(outcome.peakDrainers, this.#drainers());
		this.#timeline.add(this.#now + scaleSeconds, { type: 'look' });
	}

	/** Interruptions come at a constant rate, such that the given share of machines is gone after an hour. */
	#lifetime(): number {
		const { interruptionsPerHour } = this.#setting;
		if (interruptionsPerHour === 0) return Number.POSITIVE_INFINITY;
		return (3600 * Math.log(this.#random.unit())) / Math.log1p(-interruptionsPerHour);
	}

	#wait(trial: Trial): void {
		let drainer = this.#idle.pop();
		while (drainer !== undefined && drainer.state !== 'idle') drainer = this.#idle.pop();
		if (drainer !== undefined) {
			this.#count.idle--;
			this.#claim(drainer, trial);
			return;
		}
		this.#waiting.push(trial);
		this.#outcome.peakWaiting = Math.max(this.#outcome.peakWaiting, this.#waiting.length - this.#firstWaiting);
	}

	#findWork(drainer: Drainer): void {
		const trial = this.#waiting[this.#firstWaiting];
		if (trial !== undefined) {
			this.#firstWaiting++;
			this.#claim(drainer, trial);
			return;
		}
		const leavesAt = this.#now + this.#setting.idleSeconds;
		Object.assign(drainer, { state: 'idle', idleUntil: leavesAt });
		this.#count.idle++;
		this.#idle.push(drainer);
		if (drainer.goneAt < leavesAt) this.#timeline.add(drainer.goneAt, { type: 'gone', drainer });
		else this.#timeline.add(leavesAt, { type: 'idle', drainer });
	}

	#claim(drainer: Drainer, trial: Trial): void {
		drainer.state = 'busy';
		this.#count.busy++;
		this.#outcome.attempts++;
		const minute = Math.floor(this.#now / 60);
		if (minute !== this.#minute.no) this.#minute = { no: minute, claims: 0 };
		this.#outcome.peakClaimsPerMinute = Math.max(this.#outcome.peakClaimsPerMinute, ++this.#minute.claims);
		const seconds = attemptSeconds(trial.times, trial.doneEpochs);
		if (this.#now + seconds <= drainer.goneAt)
			this.#timeline.add(this.#now + seconds, { type: 'end', drainer, trial, succeeded: true });
		else this.#interrupt(drainer, trial);
	}

	#interrupt(drainer: Drainer, trial: Trial): void {
		const { rules, withoutNotice, leaseSeconds } = this.#setting;
		const goneAt = Math.max(this.#now, drainer.goneAt);
		const hasNotice = this.#random.unit() >= withoutNotice;
		const { doneEpochs, times } = trial;
		const left = interrupt({ times, rules, doneEpochs, elapsed: goneAt - this.#now, hasNotice });
		const outcome = this.#outcome;
		outcome.interruptions++;
		outcome.lostSeconds += left.lostSeconds;
		outcome.usefulSeconds += (left.keptEpochs - doneEpochs) * times.epochSeconds;
		outcome.epochs += left.keptEpochs - doneEpochs;
		trial.doneEpochs = left.keptEpochs;
		this.#timeline.add(goneAt + left.lingerSeconds, { type: 'end', drainer, trial, succeeded: false });
		if (!hasNotice) trial.failures++;
		const noticedAt = goneAt + (hasNotice ? left.lingerSeconds : leaseSeconds);
		if (trial.failures > failureBudgets.infrastructure) this.#finish(noticedAt, 'failed');
		else this.#timeline.add(noticedAt + (hasNotice ? 0 : this.#backOff(trial.failures)), { type: 'due', trial });
	}

	/** As `retry_delay` of the database: full jitter below a bound that doubles, a minute at most. */
	#backOff(failures: number): number {
		return this.#random.unit() * Math.min(60, 2 ** Math.min(failures, 6));
	}

	#finish(at: number, state: 'succeeded' | 'failed'): void {
		this.#unfinished--;
		this.#outcome[state]++;
		this.#outcome.makespanSeconds = Math.max(this.#outcome.makespanSeconds, at);
	}

	#end(drainer: Drainer, trial: Trial, succeeded: boolean): void {
		this.#count.busy--;
		if (!succeeded) {
			this.#giveBack(drainer);
			return;
		}
		const { times, doneEpochs } = trial;
		this.#outcome.usefulSeconds += attemptSeconds(times, doneEpochs);
		this.#outcome.epochs += times.epochs - doneEpochs;
		this.#finish(this.#now, 'succeeded');
		this.#findWork(drainer);
	}

	#goneWhileIdle(drainer: Drainer): void {
		if (drainer.state !== 'idle' || this.#now < drainer.goneAt) return;
		this.#outcome.interruptions++;
		this.#count.idle--;
		this.#giveBack(drainer);
	}

	#leave(drainer: Drainer): void {
		// It may have worked meanwhile, and be idle again since.
		if (drainer.state !== 'idle' || this.#now < drainer.idleUntil) return;
		this.#count.idle--;
		this.#giveBack(drainer);
	}

	#giveBack(drainer: Drainer): void {
		drainer.state = 'ended';
		this.#outcome.machineSeconds += this.#now - drainer.startedAt;
	}
}
