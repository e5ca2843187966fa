import { Button, Group, Slider, Text } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

/** However many frames there are. */
const wholeMs = 6000;

export type Playback = {
	/** From 0; the last one until it is played. */
	frame: number;
	isPlaying: boolean;
	play(): void;
	pause(): void;
	seek(frame: number): void;
};

/** Shows frames one after another, from where it stands; from the start where it is at its end. */
export function usePlayback(frames: number): Playback {
	const last = Math.max(0, frames - 1);
	const [frame, setFrame] = useState(last);
	const [from, setFrom] = useState<{ frame: number; at: number } | null>(null);
	useEffect(() => {
		if (from === null) return;
		let request = requestAnimationFrame(function draw(now) {
			const next = Math.min(last, from.frame + Math.round((Math.max(0, now - from.at) / wholeMs) * last));
			setFrame(next);
			if (next === last) setFrom(null);
			else request = requestAnimationFrame(draw);
		});
		return () => cancelAnimationFrame(request);
	}, [from, last]);
	return {
		frame,
		isPlaying: from !== null,
		play: () => setFrom({ frame: frame === last ? 0 : frame, at: performance.now() }),
		pause: () => setFrom(null),
		seek: (to) => {
			setFrom(null);
			setFrame(Math.min(last, Math.max(0, to)));
		},
	};
}

type ControlsProps = { playback: Playback; frames: number; title: string };

/** Play, pause and a slider. Who asked the system for less motion goes on by steps instead. */
export function PlaybackControls({ playback, frames, title }: ControlsProps) {
	const { frame, isPlaying, play, pause, seek } = playback;
	const isStill = useReducedMotion(false, { getInitialValueInEffect: false });
	const last = frames - 1;
	const step = () => seek(frame === last ? 0 : frame + Math.ceil(last / 20));
	return (
		<Group gap="md" wrap="nowrap" className="playback">
			{isStill ? (
				<Button size="xs" variant="default" onClick={step} leftSection={<IconPlayerTrackNext size={14} aria-hidden />}>
					Next step
				</Button>
			) : isPlaying ? (
				<Button size="xs" variant="default" onClick={pause} leftSection={<IconPlayerPause size={14} aria-hidden />}>
					Pause
				</Button>
			) : (
				<Button size="xs" variant="default" onClick={play} leftSection={<IconPlayerPlay size={14} aria-hidden />}>
					{frame === last ? 'Play' : 'Go on'}
				</Button>
			)}
			<Slider
				className="playback-slider"
				thumbLabel={`Update shown of “${title}”`}
				min={0}
				max={last}
				value={frame}
				onChange={seek}
				label={null}
				size="sm"
			/>
			<Text size="xs" className="playback-place">
				update {frame} of {last}
			</Text>
		</Group>
	);
}
