import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { createQueryClient } from './api/query-client.ts';
import { createRouter } from './routes.tsx';
import { theme, themeVariables } from './theme.ts';
import { installTheme } from './theme-styles.ts';

installTheme(theme, themeVariables);

createRoot(document.getElementById('root')!).render(
	<StrictMode>
		<MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
			<QueryClientProvider client={createQueryClient()}>
				<RouterProvider router={createRouter()} />
			</QueryClientProvider>
		</MantineProvider>
	</StrictMode>,
);
