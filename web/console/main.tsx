// The console: everything that holds for all of its pages, then the page of the address.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './theme/fonts.css';
import './theme/tokens.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './client/query-client.ts';
import { PreferencesProvider } from './context/preferences.tsx';
import { Toasts } from './kit/toasts.tsx';
import { router } from './routes.tsx';
import { colorSchemeManager } from './theme/color-scheme.ts';
import { cssVariablesResolver, theme } from './theme/theme.ts';

const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce ?? '';
// Where a dialog keeps the page behind it from scrolling, the style for it is found by this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const root = document.getElementById('console');
if (!root) throw new Error('the page has no place for the console');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider>
          <Toasts />
          <RouterProvider router={router} />
        </PreferencesProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
