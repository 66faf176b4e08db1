// How a source stands in a word, and where its files are in a line.
import {
  type Icon,
  IconAlertTriangle,
  IconBucket,
  IconCircleCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconFolder,
  IconLoader2,
  IconPlayerPause,
  IconServer,
  IconWorld,
} from '@tabler/icons-react';
import type { Source } from '../../../../api/wire-sources.ts';
import { Badge, type Tone } from '../../kit/badge.tsx';
import { useWords } from '../../words/language.tsx';
import { sourceWords } from './source-words.ts';

type Standing = keyof (typeof sourceWords)['en']['states'];

const SIGNS: Readonly<Record<Standing, { tone: Tone; icon: Icon }>> = {
  fine: { tone: 'ok', icon: IconCircleCheck },
  late: { tone: 'bad', icon: IconClockExclamation },
  paused: { tone: 'warn', icon: IconPlayerPause },
  running: { tone: 'accent', icon: IconLoader2 },
  held: { tone: 'bad', icon: IconAlertTriangle },
  troubled: { tone: 'bad', icon: IconAlertTriangle },
  new: { tone: 'neutral', icon: IconCircleDashed },
};

/** All that is to be known at a glance: a source that is paused may be late as well. */
function standingsOf(source: Source): Standing[] {
  const standings: Standing[] = [];
  if (source.state === 'paused') standings.push('paused');
  else if (source.isHeld) standings.push('held');
  if (source.freshness.staleSince !== null) standings.push('late');
  if (source.isRunning) standings.push('running');
  if (standings.length > 0) return standings;
  if (source.problem !== null) return ['troubled'];
  return [source.lastGoodAt === null ? 'new' : 'fine'];
}

export function SourceBadges({ source }: { source: Source }) {
  const { states } = useWords(sourceWords);
  return (
    <>
      {standingsOf(source).map((standing) => (
        <Badge key={standing} {...SIGNS[standing]} isTurning={standing === 'running'}>
          {states[standing]}
        </Badge>
      ))}
    </>
  );
}

export const PLACE_ICONS: Readonly<Record<Source['place']['kind'], Icon>> = {
  directory: IconFolder,
  sftp: IconServer,
  https: IconWorld,
  s3: IconBucket,
};

/** Without the kind of place: a path, an address, a bucket. */
export function placeLine(place: Source['place']): string {
  switch (place.kind) {
    case 'directory':
      return place.path;
    case 'sftp': {
      const port = place.port === 22 ? '' : `:${place.port}`;
      return `${place.user}@${place.host}${port} ${place.path}`;
    }
    case 'https':
      return place.url;
    case 's3':
      return [place.bucket, place.prefix].filter(Boolean).join('/');
  }
}
