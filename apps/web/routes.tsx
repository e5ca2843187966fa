import { Skeleton } from '@mantine/core';
import { createBrowserRouter } from 'react-router';
import { Frame } from './shell/frame.tsx';
import { NotFound, PageError } from './shell/notices.tsx';
import { SweepsPage } from './sweeps/sweeps-page.tsx';

/** The list is in the first bundle; every other page is fetched when it is opened. */
export function createRouter() {
	return createBrowserRouter([
		{
			Component: Frame,
			children: [
				{
					ErrorBoundary: PageError,
					hydrateFallbackElement: <Skeleton height={480} aria-label="Loading the page" />,
					children: [
						{ path: '/', Component: SweepsPage },
						{ path: '/sweeps', Component: SweepsPage },
						{
							path: '/sweeps/new',
							lazy: async () => ({ Component: (await import('./new-sweep/new-sweep-page.tsx')).NewSweepPage }),
						},
						{
							path: '/sweeps/compare',
							lazy: async () => ({
								Component: (await import('./across/compare-sweeps-page.tsx')).CompareSweepsPage,
							}),
						},
						{
							path: '/leaderboard',
							lazy: async () => ({ Component: (await import('./across/leaderboard-page.tsx')).LeaderboardPage }),
						},
						{
							path: '/lab',
							lazy: async () => ({ Component: (await import('./lab/lab-page.tsx')).LabPage }),
						},
						{
							path: '/lab/:experimentId',
							lazy: async () => ({ Component: (await import('./lab/experiment-page.tsx')).ExperimentPage }),
						},
						{
							path: '/sweeps/:sweepId',
							lazy: async () => ({ Component: (await import('./sweep/sweep-page.tsx')).SweepPage }),
						},
						{
							path: '/trials/:trialId',
							lazy: async () => ({ Component: (await import('./trial/trial-page.tsx')).TrialPage }),
						},
						{ path: '*', element: <NotFound what="page" /> },
					],
				},
			],
		},
	]);
}
