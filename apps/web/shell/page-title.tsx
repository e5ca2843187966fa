/** The browser tab's title; React moves it into the head. */
export function PageTitle({ title }: { title: string }) {
	return <title>{`${title} · Basin`}</title>;
}
