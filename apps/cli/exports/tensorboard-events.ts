import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * Messages of TensorBoard's event files, of which a handful of fields are needed; the numbers are those of `event.proto`,
 * `summary.proto`, `tensor.proto` and `hparams/plugin_data.proto` (TensorBoard 2.21).
 */
const field = {
	event: { wallTime: 1, step: 2, fileVersion: 3, summary: 5 },
	summary: { value: 1 },
	value: { tag: 1, tensor: 8, metadata: 9 },
	metadata: { pluginData: 1, dataClass: 4 },
	pluginData: { pluginName: 1, content: 2 },
	tensor: { dtype: 1, shape: 2, doubleVal: 6 },
	hparams: { sessionStart: 3, sessionEnd: 4 },
	sessionStart: { hparams: 1, groupName: 4, startTimeSecs: 5 },
	sessionEnd: { status: 1, endTimeSecs: 2 },
	mapEntry: { key: 1, value: 2 },
	protoValue: { number: 2, string: 3 },
} as const;

const doubleType = 2;
const scalarClass = 1;

export type HparamValue = number | string;
export type SessionStatus = 'unknown' | 'success' | 'failure' | 'running';
const statusNumbers: Record<SessionStatus, number> = { unknown: 0, success: 1, failure: 2, running: 3 };

type Moment = { wallTimeSeconds: number; step: number };

/** The event that every file begins with. */
export function versionEvent(wallTimeSeconds: number): Uint8Array {
	const event = eventAt({ wallTimeSeconds, step: 0 });
	return event.tag(field.event.fileVersion, WireType.LengthDelimited).string('brain.Event:2').finish();
}

/** Scalars of one step, as doubles: the older `simple_value` has 24 bits. */
export function scalarsEvent(moment: Moment, scalars: Record<string, number>): Uint8Array {
	const values = Object.entries(scalars).map(([tag, value]) => summaryValue(tag, 'scalars', value));
	return summaryEvent(moment, values);
}

/** What a run of the hyperparameters' dashboard was started with. */
export function sessionStartEvent(
	moment: Moment,
	{ hparams, group }: { hparams: Record<string, HparamValue>; group: string },
): Uint8Array {
	const start = new BinaryWriter();
	for (const [name, value] of Object.entries(hparams)) {
		start.tag(field.sessionStart.hparams, WireType.LengthDelimited).fork();
		start.tag(field.mapEntry.key, WireType.LengthDelimited).string(name);
		start.tag(field.mapEntry.value, WireType.LengthDelimited).fork();
		if (typeof value === 'number') start.tag(field.protoValue.number, WireType.Bit64).double(value);
		else start.tag(field.protoValue.string, WireType.LengthDelimited).string(value);
		start.join().join();
	}
	start.tag(field.sessionStart.groupName, WireType.LengthDelimited).string(group);
	start.tag(field.sessionStart.startTimeSecs, WireType.Bit64).double(moment.wallTimeSeconds);
	return sessionEvent(moment, '_hparams_/session_start_info', field.hparams.sessionStart, start.finish());
}

/** How it ended. */
export function sessionEndEvent(moment: Moment, status: SessionStatus): Uint8Array {
	const end = new BinaryWriter();
	end.tag(field.sessionEnd.status, WireType.Varint).int32(statusNumbers[status]);
	end.tag(field.sessionEnd.endTimeSecs, WireType.Bit64).double(moment.wallTimeSeconds);
	return sessionEvent(moment, '_hparams_/session_end_info', field.hparams.sessionEnd, end.finish());
}

function sessionEvent(moment: Moment, tag: string, part: number, bytes: Uint8Array): Uint8Array {
	const content = new BinaryWriter().tag(part, WireType.LengthDelimited).bytes(bytes).finish();
	return summaryEvent(moment, [summaryValue(tag, 'hparams', 0, content)]);
}

function eventAt({ wallTimeSeconds, step }: Moment): BinaryWriter {
	const event = new BinaryWriter();
	event.tag(field.event.wallTime, WireType.Bit64).double(wallTimeSeconds);
	return event.tag(field.event.step, WireType.Varint).int64(step);
}

function summaryEvent(moment: Moment, values: Uint8Array[]): Uint8Array {
	const event = eventAt(moment).tag(field.event.summary, WireType.LengthDelimited).fork();
	for (const value of values) event.tag(field.summary.value, WireType.LengthDelimited).bytes(value);
	return event.join().finish();
}

function summaryValue(tag: string, plugin: string, number: number, content?: Uint8Array): Uint8Array {
	const value = new BinaryWriter();
	value.tag(field.value.tag, WireType.LengthDelimited).string(tag);
	value.tag(field.value.tensor, WireType.LengthDelimited).fork();
	value.tag(field.tensor.dtype, WireType.Varint).int32(doubleType);
	value.tag(field.tensor.shape, WireType.LengthDelimited).bytes(new Uint8Array());
	value.tag(field.tensor.doubleVal, WireType.Bit64).double(number).join();
	value.tag(field.value.metadata, WireType.LengthDelimited).fork();
	value.tag(field.metadata.pluginData, WireType.LengthDelimited).fork();
	value.tag(field.pluginData.pluginName, WireType.LengthDelimited).string(plugin);
	if (content !== undefined) value.tag(field.pluginData.content, WireType.LengthDelimited).bytes(content);
	value.join();
	if (content === undefined) value.tag(field.metadata.dataClass, WireType.Varint).int32(scalarClass);
	return value.join().finish();
}
