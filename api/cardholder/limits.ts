// How often the cardholder's page may be asked: by one address, behind which a whole campus may sit, and by one link.
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Refusal } from '../../domain/refusal.ts';
import { hashOf } from '../secrets.ts';

const MINUTE_MS = 60_000;

const PER_MINUTE = {
  views: { address: 2400, link: 120 },
  uploads: { address: 300, link: 10 },
} as const;

type Limits = { views: RequestHandler[]; uploads: RequestHandler[] };

export const cardholderLimits = (): Limits => ({
  views: [limit(PER_MINUTE.views.address), limit(PER_MINUTE.views.link, byLink)],
  uploads: [limit(PER_MINUTE.uploads.address), limit(PER_MINUTE.uploads.link, byLink)],
});

/** Kept as a hash: not even memory is to hold links for longer than it must. */
const byLink = (request: Request): string => hashOf(String(request.params['token']));

function limit(most: number, keyGenerator?: (request: Request) => string): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: most,
    ...(keyGenerator && { keyGenerator }),
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, response, next) => {
      response.set('Retry-After', String(MINUTE_MS / 1000));
      next(new Refusal('too-many-requests', 'The page was asked for too often. Wait a minute.'));
    },
  });
}
