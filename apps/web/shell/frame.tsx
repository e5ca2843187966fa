import { Container, Group } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { Account } from '../access/account.tsx';
import { SignIn } from '../access/sign-in.tsx';
import { useAccess } from '../api/access.ts';
import { ColorSchemeSwitch } from './color-scheme-switch.tsx';

/** What every page stands in: the header with its links, the theme switch, and a way past them for the keyboard. */
export function Frame() {
	const { state } = useNavigation();
	const { refused } = useAccess();
	useFocusOnNewPage();
	return (
		<>
			<a className="skip-link" href="#content">
				Skip to content
			</a>
			<header className="page-header">
				<Container size="var(--basin-page-width)" py="xs">
					<div className="header-row">
						<Link to="/" className="brand" aria-label="Basin: all sweeps">
							<img src="/basin.svg" alt="" width={28} height={28} />
							<span>Basin</span>
						</Link>
						<nav className="main-nav" aria-label="Main">
							<HeaderLink to="/" label="Sweeps" />
							<HeaderLink to="/sweeps/new" label="New sweep" />
							<HeaderLink to="/leaderboard" label="Leaderboard" />
							<HeaderLink to="/lab" label="Lab" hasPages />
							<a href="/docs" className="nav-link">
								API
							</a>
						</nav>
						<Group gap="sm" wrap="nowrap">
							<Account />
							<ColorSchemeSwitch />
						</Group>
					</div>
				</Container>
			</header>
			<Container
				component="main"
				id="content"
				tabIndex={-1}
				size="var(--basin-page-width)"
				py="lg"
				aria-busy={state !== 'idle'}
			>
				{refused ? <SignIn /> : <Outlet />}
			</Container>
			<ScrollRestoration />
		</>
	);
}

/** A reader who follows a link is put at the start of the new page, not left where the link was. */
function useFocusOnNewPage(): void {
	const { pathname } = useLocation();
	const shown = useRef(pathname);
	useEffect(() => {
		if (shown.current === pathname) return;
		shown.current = pathname;
		document.getElementById('content')?.focus({ preventScroll: true });
	}, [pathname]);
}

/** @param hasPages the pages below it are marked as it too */
function HeaderLink({ to, label, hasPages = false }: { to: string; label: string; hasPages?: boolean }) {
	return (
		<NavLink to={to} end={!hasPages} className="nav-link">
			{label}
		</NavLink>
	);
}
