// What is written beside the files of a part once they are done with: the rows of its run, or a line on why there are none.
import type { Readable } from 'node:stream';
import { reasonCsv, resultsCsv } from '../../adapters/results-csv.ts';
import type { Database } from '../../db/client.ts';
import { openResults } from '../../db/queries/result-rows.ts';
import type { Delivery } from '../../db/queries/sources/deliveries.ts';
import type { SettledRun } from '../../db/queries/sources/settling.ts';
import type { Outcome } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import { inGerman } from '../../domain/problems/german-sentences.ts';
import { refusalWordsOf } from '../../domain/problems.ts';
import { REFUSAL_CODES, Refusal } from '../../domain/refusal.ts';
import { deliveryProblem, wordsOfNoted } from '../../domain/sources/delivery-problems.ts';

type PartResults = {
  content: Readable;
  /** What to write in its place where this fault broke it; undefined where that may pass. */
  instead(error: unknown): Readable | undefined;
};

type Asked = { delivery: Delivery; runs: readonly SettledRun[]; part: number; language: Language };

export async function openPartResults(db: Database, asked: Asked): Promise<PartResults> {
  const { delivery, runs, part, language } = asked;
  const runId = delivery.files.find((file) => file.part === part && file.bulkActionId !== null)?.bulkActionId;
  const run = runs.find(({ id }) => id === runId);
  if (!run) return only(reasonCsv(whyNotRun(asked)));
  if (run.state === 'rejected') return only(reasonCsv(whyRejected(run, language)));
  const instead = (error: unknown) =>
    error instanceof Refusal
      ? reasonCsv({ outcome: 'not-processed', code: error.code, reason: error.message })
      : undefined;
  try {
    return { content: resultsCsv({ ...(await openResults(db, run)), language }), instead };
  } catch (error) {
    const content = instead(error);
    if (!content) throw error;
    return only(content);
  }
}

const only = (content: Readable): PartResults => ({ content, instead: () => undefined });

type Why = { outcome: Outcome; code: string; reason: string };

/** What kept the whole delivery; of a part that had to wait for another, that this one came to nothing. */
function whyNotRun({ delivery, runs, part, language }: Asked): Why {
  const stopped = delivery.files.find(
    ({ bulkActionId }) => runs.find(({ id }) => id === bulkActionId)?.state !== 'completed',
  );
  const isOwn = runs.length === 0 || stopped?.part === part;
  const { code, message } =
    isOwn && delivery.problemCode !== null
      ? { code: delivery.problemCode, message: delivery.problemMessage }
      : deliveryProblem('not-run');
  const outcome = delivery.outcome === 'same' ? 'skipped' : 'not-processed';
  return { outcome, code, reason: wordsOfNoted(code, message, language) };
}

/** As the run says it, in words of the language where the code has them. */
function whyRejected(run: SettledRun, language: Language): Why {
  const code = run.errorCode ?? 'unreadable-file';
  const known = REFUSAL_CODES.find((one) => one === code);
  const said = known && refusalWordsOf(known, language).detail?.(run.errorDetails ?? {});
  const translated = language === 'de' ? inGerman(run.errorMessage ?? '') : undefined;
  return { outcome: 'not-processed', code, reason: said ?? translated ?? run.errorMessage ?? code };
}
