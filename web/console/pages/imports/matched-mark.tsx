// How a column came to its field, in a word with its sign.
import {
  type Icon,
  IconAlertCircle,
  IconCheck,
  IconHelpCircle,
  IconHistory,
  IconMinus,
  IconTemplate,
  IconUser,
} from '@tabler/icons-react';
import { Badge, type Tone } from '../../kit/badge.tsx';
import { useWords } from '../../words/language.tsx';
import type { ColumnLine, Field, MatchedBy } from './columns.ts';
import { configureWords } from './configure-words.ts';

const SIGNS: Readonly<Record<MatchedBy, { icon: Icon; tone: Tone }>> = {
  name: { icon: IconCheck, tone: 'ok' },
  synonym: { icon: IconCheck, tone: 'ok' },
  preset: { icon: IconTemplate, tone: 'ok' },
  remembered: { icon: IconHistory, tone: 'ok' },
  guessed: { icon: IconHelpCircle, tone: 'warn' },
  chosen: { icon: IconUser, tone: 'info' },
  'left-out': { icon: IconMinus, tone: 'neutral' },
  needed: { icon: IconAlertCircle, tone: 'bad' },
};

export function MatchedMark({ line, fields }: { line: ColumnLine; fields: readonly Field[] }) {
  const said = useWords(configureWords);
  const needed = fields.find(({ name }) => name === line.needed)?.label ?? '';
  return (
    <Badge isPlain {...SIGNS[line.matchedBy]}>
      {line.matchedBy === 'needed' ? said.needsColumn(needed) : said.matched[line.matchedBy]}
    </Badge>
  );
}
