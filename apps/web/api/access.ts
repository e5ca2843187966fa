import { useSyncExternalStore } from 'react';

const key = 'basin.token';

/** `refused`: the API wants a token, or another one than this. */
export type Access = { token: string | null; refused: boolean };

let access: Access = { token: localStorage.getItem(key) ?? sessionStorage.getItem(key), refused: false };
const listeners = new Set<() => void>();

function set(next: Access): void {
	access = next;
	for (const tell of listeners) tell();
}

// Signed in or out in another tab.
addEventListener('storage', (event) => {
	if (event.key === key) set({ token: event.newValue, refused: false });
});

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
	const { token } = access;
	const headers = new Headers(init?.headers);
	if (token !== null) headers.set('authorization', `Bearer ${token}`);
	const response = await fetch(input, { ...init, headers });
	// An answer to the token before this one says nothing of this one.
	if (response.status === 401 && token === access.token && !access.refused) set({ token, refused: true });
	return response;
};

export function useAccess(): Access {
	return useSyncExternalStore(subscribe, () => access);
}

function subscribe(tell: () => void): () => void {
	listeners.add(tell);
	return () => listeners.delete(tell);
}
