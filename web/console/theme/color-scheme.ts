// Light or dark, as chosen in this browser. The page reads it before anything is drawn (index.html).
import { localStorageColorSchemeManager } from '@mantine/core';

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'muster-color-scheme' });
