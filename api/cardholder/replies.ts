// How the cardholder's page answers: as HTML to browsers, as JSON to its own script.
import type { Request, Response } from 'express';
import { faultText } from './chooser.ts';
import type { PageState } from './page-state.ts';
import type { Visit } from './visit.ts';
import type { Fault } from './words/catalogue.ts';

export const STATE_STATUS = {
  open: 200,
  waiting: 200,
  'sent-back': 200,
  approved: 200,
  expired: 410,
  closed: 410,
  unknown: 404,
} as const satisfies Record<PageState['kind'], number>;

export const FAULT_STATUS = {
  'no-photo': 400,
  'broke-off': 400,
  'picture-too-large': 413,
  'too-many-pixels': 413,
  'not-a-picture': 415,
  'broken-picture': 422,
  'too-many-requests': 429,
  unavailable: 503,
} as const satisfies Record<Fault, number>;

/** The page's script asks for JSON; a form does not. */
export const wantsJson = (request: Request): boolean => request.accepts(['html', 'json']) === 'json';

export function answer(response: Response, { language }: Visit, status: number, page: string): void {
  response.status(status).type('html').set('Content-Language', language).send(page);
}

/** A form is led back to the page, which says in place what is wrong; the script says it in place itself. */
export function answerFault(
  request: Request,
  response: Response,
  visit: Visit,
  fault: Fault,
  next: string,
  status: number = FAULT_STATUS[fault],
): void {
  if (!wantsJson(request)) {
    response.redirect(303, `${next}${next.includes('?') ? '&' : '?'}fault=${fault}`);
    return;
  }
  response
    .status(status)
    .type('application/problem+json')
    .set('Content-Language', visit.language)
    .send(
      JSON.stringify({
        type: `urn:muster:cardholder:${fault}`,
        title: faultText(visit, fault),
        status,
        code: fault,
        detail: faultText(visit, fault),
      }),
    );
}
