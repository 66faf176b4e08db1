// The colours and measures of mails: the console's tokens, light inline, dark as classes.
import type { CSSProperties } from 'react';
import type { Outcome } from '../../domain/bulk-action.ts';
import type { FollowUpLine } from './words/catalogue.ts';

const LIGHT = {
  sunken: '#F5F7F8',
  raised: '#FFFFFF',
  text: '#11191D',
  text2: '#46535A',
  text3: '#5F6C73',
  line: '#DFE5E8',
  accent: '#0B6377',
  warn: '#7D4E00',
  warnSoft: '#FCF0D4',
};
const DARK = {
  sunken: '#0B0F11',
  raised: '#171D20',
  text: '#E8EEF0',
  text2: '#A8B5BB',
  text3: '#8F9DA4',
  line: '#2A3439',
  accent: '#63C3D6',
  accentFill: '#0F7A91',
  warn: '#E8B85C',
  warnSoft: '#33270E',
};

/** One fill for each outcome, and for each thing that a follow-up waits for, at least 3:1 on light and dark; a word and a number always stand beside it. */
export const CHART = {
  created: '#2B8A5A',
  updated: '#5566D0',
  archived: '#B07A1E',
  restored: '#2E8FA5',
  anonymized: '#9A4A94',
  deleted: '#9A4A94',
  unchanged: '#87949B',
  skipped: '#87949B',
  rejected: '#CC3B30',
  failed: '#CC3B30',
  'not-processed': '#87949B',
  approved: '#2B8A5A',
  'to-review': '#5566D0',
  'photos-missing': '#B07A1E',
  unreachable: '#CC3B30',
  'cards-issued': '#2E8FA5',
  'cards-missing': '#B07A1E',
  gone: '#87949B',
} as const satisfies Record<Outcome | FollowUpLine, string>;

const DARK_RULES = {
  sunken: `background-color:${DARK.sunken}`,
  // Body puts its colour on a cell of its own, which takes no class.
  'sunken>table>tbody>tr>td': `background-color:${DARK.sunken}`,
  segment: `border-color:${DARK.raised}`,
  card: `background-color:${DARK.raised};border-color:${DARK.line}`,
  text: `color:${DARK.text}`,
  'text-2': `color:${DARK.text2}`,
  'text-3': `color:${DARK.text3}`,
  line: `border-color:${DARK.line}`,
  link: `color:${DARK.accent}`,
  button: `background-color:${DARK.accentFill}`,
  need: `background-color:${DARK.warnSoft}`,
  'need-title': `color:${DARK.warn}`,
  code: `background-color:${DARK.sunken};color:${DARK.text}`,
};

const rules = (prefix: string) =>
  Object.entries(DARK_RULES)
    .map(
      ([name, declarations]) =>
        `${prefix}.${name}{${declarations.replaceAll(';', ' !important;')} !important}`,
    )
    .join('');

/** Apple Mail and others ask the system; Outlook on the web marks what it darkens. */
export const DARK_STYLE = `@media (prefers-color-scheme:dark){${rules('')}}${rules('[data-ogsc] ')}`;

const FONT = "'Segoe UI',-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,'Cascadia Mono',Consolas,Menlo,monospace";

export const styles = {
  body: { margin: 0, padding: '24px 12px', backgroundColor: LIGHT.sunken, fontFamily: FONT },
  frame: { width: '100%', maxWidth: 560 },
  brand: { margin: '0 0 12px 4px', fontSize: 14, lineHeight: '20px', fontWeight: 600, color: LIGHT.text3 },
  card: {
    padding: '28px 28px 24px',
    backgroundColor: LIGHT.raised,
    border: `1px solid ${LIGHT.line}`,
    borderRadius: 10,
  },
  headline: { margin: 0, fontSize: 22, lineHeight: '28px', fontWeight: 600, color: LIGHT.text },
  lead: { margin: '6px 0 0', fontSize: 15, lineHeight: '22px', color: LIGHT.text2 },
  outcomes: { margin: '20px 0 0' },
  title: { margin: '0 0 8px', fontSize: 14, lineHeight: '20px', fontWeight: 600, color: LIGHT.text2 },
  bar: { margin: '0 0 8px' },
  segment: { height: 8, fontSize: 0, lineHeight: '8px', borderRight: `2px solid ${LIGHT.raised}` },
  outcome: { borderBottom: `1px solid ${LIGHT.line}` },
  swatchCell: { width: 20, padding: '11px 0', verticalAlign: 'top' },
  swatch: { display: 'inline-block', width: 10, height: 10, borderRadius: 3 },
  word: { padding: '8px 12px 8px 0', fontSize: 14, lineHeight: '20px' },
  outcomeWord: { fontWeight: 500, color: LIGHT.text },
  meaning: { fontSize: 13, lineHeight: '18px', color: LIGHT.text3 },
  number: {
    padding: '8px 0',
    fontSize: 15,
    lineHeight: '20px',
    fontWeight: 600,
    fontVariantNumeric: 'tabular-nums',
    verticalAlign: 'top',
    color: LIGHT.text,
  },
  need: { margin: '20px 0 0', padding: '14px 16px', backgroundColor: LIGHT.warnSoft, borderRadius: 6 },
  needTitle: { margin: 0, fontSize: 14, lineHeight: '20px', fontWeight: 600, color: LIGHT.warn },
  needAdvice: { margin: '2px 0 8px', fontSize: 14, lineHeight: '20px', color: LIGHT.text2 },
  reason: { margin: '6px 0 0', fontSize: 14, lineHeight: '20px', color: LIGHT.text2 },
  link: {
    fontSize: 14,
    lineHeight: '20px',
    fontWeight: 500,
    color: LIGHT.accent,
    textDecoration: 'underline',
  },
  button: {
    display: 'inline-block',
    margin: '24px 0 0',
    padding: '11px 18px',
    backgroundColor: LIGHT.accent,
    borderRadius: 6,
    fontSize: 14,
    lineHeight: '20px',
    fontWeight: 600,
    color: '#FFFFFF',
  },
  commands: { margin: '24px 0 0' },
  command: { margin: '0 0 8px', fontSize: 13, lineHeight: '22px', color: LIGHT.text3 },
  code: {
    padding: '2px 6px',
    backgroundColor: LIGHT.sunken,
    borderRadius: 4,
    fontFamily: MONO,
    fontSize: 13,
    color: LIGHT.text,
  },
  facts: { margin: '24px 0 0' },
  factName: {
    width: 116,
    padding: '3px 12px 3px 0',
    fontSize: 13,
    lineHeight: '18px',
    verticalAlign: 'top',
    color: LIGHT.text3,
  },
  factValue: {
    padding: '3px 0',
    fontSize: 13,
    lineHeight: '18px',
    wordBreak: 'break-word',
    color: LIGHT.text,
  },
  closing: { margin: '14px 4px 0', fontSize: 12, lineHeight: '16px', color: LIGHT.text3 },
  logo: { display: 'block', maxWidth: 240, maxHeight: 80, margin: '0 0 16px 4px' },
  letterFirst: { margin: 0, fontSize: 16, lineHeight: '24px', color: LIGHT.text },
  letter: { margin: '14px 0 0', fontSize: 16, lineHeight: '24px', color: LIGHT.text },
  letterButton: {
    display: 'inline-block',
    margin: '22px 0 8px',
    padding: '13px 22px',
    backgroundColor: LIGHT.accent,
    borderRadius: 6,
    fontSize: 16,
    lineHeight: '20px',
    fontWeight: 600,
    color: '#FFFFFF',
  },
  quietLink: { color: LIGHT.text3, textDecoration: 'underline' },
} as const satisfies Record<string, CSSProperties>;
