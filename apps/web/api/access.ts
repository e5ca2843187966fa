import { useSyncExternalStore } from 'react';

const key = 'basin.token';

/** `refused`: the API wants a token, or another one than this. */
export type Access = { token: string | null; refused: boolean };

let access: Access | undefined;
const listeners = new Set<() => void>();

/** Asked for at first use: what only imports this may run where there is no browser. */
function current(): Access {
	access ??= { token: localStorage.getItem(key) ?? sessionStorage.getItem(key), refused: false };
	return access;
}

function set(next: Access): void {
	access = next;
	for (const tell of listeners) tell();
}

/** Keeps a token that the API takes; `remember`: also after the browser was closed, else as long as this tab lives. */
export function signIn(token: string, remember: boolean): void {
	(remember ? localStorage : sessionStorage).setItem(key, token);
	set({ token, refused: false });
}

/** Forgets the token. */
export function signOut(): void {
	localStorage.removeItem(key);
	sessionStorage.removeItem(key);
	set({ token: null, refused: false });
}

/** Sends the token along, and notes when the API refuses whoever sent this. */
export const fetchWithAccess: typeof fetch = async (input, init) => {
	const { token } = current();
	const headers = new Headers(init?.headers);
	if (token !== null) headers.set('authorization', `Bearer ${token}`);
	const response = await fetch(input, { ...init, headers });
	// An answer to the token before this one says nothing of this one.
	if (response.status === 401 && token === current().token && !current().refused) set({ token, refused: true });
	return response;
};

export function useAccess(): Access {
	return useSyncExternalStore(subscribe, current);
}

function subscribe(tell: () => void): () => void {
	listeners.add(tell);
	addEventListener('storage', followOtherTabs);
	return () => {
		listeners.delete(tell);
		if (listeners.size === 0) removeEventListener('storage', followOtherTabs);
	};
}

/** Signed in or out in another tab. */
function followOtherTabs({ key: changed, newValue }: StorageEvent): void {
	if (changed === key) set({ token: newValue, refused: false });
}
