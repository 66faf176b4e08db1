// Everything that the cardholder's page says, to be said in each language.
import type { DeclineReason } from '../../../domain/photo.ts';

/** Why a picture is not taken: shown in place, above the buttons. */
export const FAULTS = [
  'no-photo',
  'picture-too-large',
  'too-many-pixels',
  'not-a-picture',
  'broken-picture',
  'broke-off',
  'too-many-requests',
  'unavailable',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A page that asks for nothing: what is so, and what to do next. */
export type Notice = { title: string; text: string; next: string };

/** `{name}` stands for what is filled in. */
export type Words = {
  /** The language's own name, as the switch says it. */
  name: string;
  pageTitle: string;
  languageSwitch: string;
  open: { title: string; titleUnnamed: string; lead: string };
  guide: {
    heading: string;
    likeThis: string;
    illustration: string;
    hints: { ahead: string; light: string; wall: string; hat: string };
    headCoverings: string;
    notLikeThis: string;
    tooDark: string;
    tooFar: string;
    busyWall: string;
  };
  choose: {
    heading: string;
    take: string;
    takeAnother: string;
    fromPhone: string;
    fromComputer: string;
    another: string;
    plainLabel: string;
    plainSend: string;
    limits: string;
    until: string;
  };
  use: { summary: string; text: readonly string[] };
  check: {
    title: string;
    lead: { phone: string; computer: string };
    stage: string;
    stageHelp: string;
    zoomIn: string;
    zoomOut: string;
    left: string;
    right: string;
    up: string;
    down: string;
    zoomIs: string;
    checks: string;
    size: { fine: string; warning: string };
    focus: { fine: string; warning: string };
    light: { fine: string; dark: string; bright: string };
    send: string;
    another: { camera: string; library: string };
    sending: string;
    making: string;
    sent: string;
    offline: string;
    again: string;
    stop: string;
  };
  waiting: {
    title: string;
    text: string;
    textUnsubscribed: string;
    next: string;
    yours: string;
    sentOn: string;
    another: string;
    expired: string;
  };
  sentBack: {
    title: string;
    titleUnnamed: string;
    lead: string;
    /** What to do about each reason; the reason itself is said as in the mail. */
    advice: Record<DeclineReason, string>;
    note: string;
  };
  approved: Notice;
  closed: Notice;
  expired: Notice;
  unknown: Notice;
  ask: string;
  unsubscribe: { link: string; title: string; text: string; confirm: string; keep: string };
  unsubscribed: { title: string; text: string; next: string; back: string };
  faults: Record<Fault, string>;
};

/** The text with its `{names}` filled in. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
