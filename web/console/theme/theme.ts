// What Mantine makes of the tokens: its colours are ours, and its controls have the sizes of the console.
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Modal,
  SegmentedControl,
  Tooltip,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#E2F1F4',
  '#C6E3E9',
  '#9CCFDA',
  '#6CB8C8',
  '#3F9FB3',
  '#1D879D',
  '#0F7A91',
  '#0B6377',
  '#084F60',
  '#063B48',
];

/** From light to dark. Mantine draws borders of inputs and checkboxes with the fifth: line-strong. */
const gray: MantineColorsTuple = [
  '#F5F7F8',
  '#EDF1F2',
  '#EAEEF0',
  '#DFE5E8',
  '#7E8B92',
  '#7E8B92',
  '#5F6C73',
  '#46535A',
  '#2A3439',
  '#11191D',
];
const dark: MantineColorsTuple = [
  '#E8EEF0',
  '#A8B5BB',
  '#8F9DA4',
  '#8F9DA4',
  '#6A7980',
  '#2A3439',
  '#171D20',
  '#111618',
  '#0B0F11',
  '#070A0B',
];

const red: MantineColorsTuple = [
  '#FCE8E6',
  '#F8D0CC',
  '#F0A8A2',
  '#FF9086',
  '#E0594F',
  '#CC3B30',
  '#BE2F25',
  '#B3261E',
  '#941D16',
  '#6E140F',
];

/** A dialog's title line is no banner of the page. */
const NO_BANNER = { header: { role: 'none' } };

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark, red },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '15px', xl: '22px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '20px', xl: '28px' },
  headings: {
    fontFamily: 'var(--font)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '28px' },
      h2: { fontSize: '15px', lineHeight: '20px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '5px', sm: '6px', md: '6px', lg: '10px', xl: '12px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      styles: {
        root: { height: '34px', fontWeight: 500, paddingInline: '14px' },
        label: { overflow: 'visible' },
      },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 32 } }),
    Checkbox: { defaultProps: { radius: 4 } },
    InputClearButton: { styles: { root: { minWidth: 24, minHeight: 24 } } },
    CloseButton: { styles: { root: { minWidth: 24, minHeight: 24 } } },
    Input: Input.extend({ styles: { input: { minHeight: '34px', height: 'auto' } } }),
    InputWrapper: Input.Wrapper.extend({
      styles: {
        label: { fontWeight: 500, marginBottom: '6px' },
        description: { color: 'var(--text-3)', marginTop: '6px' },
      },
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Modal: Modal.extend({
      styles: { title: { fontSize: '16px', fontWeight: 600, lineHeight: '24px' } },
      defaultProps: {
        attributes: NO_BANNER,
        radius: 'xl',
        centered: true,
        overlayProps: { color: 'var(--scrim)', backgroundOpacity: 1 },
      },
    }),
    Drawer: Drawer.extend({
      styles: { title: { fontSize: '16px', fontWeight: 600, lineHeight: '24px' } },
      defaultProps: {
        attributes: NO_BANNER,
        overlayProps: { color: 'var(--scrim)', backgroundOpacity: 1 },
      },
    }),
    // Arrows step it; the buttons for that are smaller than a finger.
    NumberInput: { defaultProps: { hideControls: true } },
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: false },
      // What has no room beside the others stands below them: no word is cut.
      styles: { root: { flexWrap: 'wrap', maxWidth: '100%' } },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 200, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

const OURS = {
  '--mantine-color-body': 'var(--canvas)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-2)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-disabled': 'var(--neutral-soft)',
  '--mantine-color-disabled-color': 'var(--text-3)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: OURS, dark: OURS });
