// The mail to a cardholder as HTML: the site's words, and a button that leads to the page.
import { Body, Button, Container, Head, Html, Img, Link, Section, Text } from '@react-email/components';
import type { ReactNode } from 'react';
import type { Segment } from '../../domain/invitation-text.ts';
import type { Language } from '../../domain/language.ts';
import { DARK_STYLE, styles } from './theme.ts';

/** What stands for a value that differs from mail to mail, and around a line that is left out where it has none. */
export type Marks = {
  value(name: string): string;
  begin: string;
  end: string;
};

/** A line that is left out where its placeholders have no value, or one that always stands. */
export type Line = { segments: readonly Segment[]; isOptional: boolean };

export type CardholderMailProps = {
  language: Language;
  organisation: string;
  /** `cid:` and its name. */
  logoSource: string | null;
  paragraphs: readonly (readonly Line[])[];
  button: string | null;
  closing: string;
  unsubscribe: string | null;
  marks: Marks;
};

/** The whole mail, with marks in place of what differs. Colours stand inline; the dark ones are classes. */
export function CardholderMailHtml(props: CardholderMailProps) {
  const { language, organisation, logoSource, paragraphs, closing, unsubscribe, marks } = props;
  return (
    <Html lang={language}>
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{marks.value('subject')}</title>
        <style>{DARK_STYLE}</style>
      </Head>
      <Body className="sunken" style={styles.body}>
        <Container style={styles.frame}>
          {logoSource === null ? (
            <Text className="text-3" style={styles.brand}>
              {organisation}
            </Text>
          ) : (
            <Img src={logoSource} alt={organisation} style={styles.logo} />
          )}
          <Section className="card" style={styles.card}>
            {paragraphs.map((lines, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs never move
              <Paragraph key={index} {...props} lines={lines} isFirst={index === 0} />
            ))}
          </Section>
          <Text className="text-3" style={styles.closing}>
            {closing}
            {unsubscribe !== null && (
              <>
                {' '}
                <Link href={marks.value('unsubscribe')} className="text-3" style={styles.quietLink}>
                  {unsubscribe}
                </Link>
              </>
            )}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}

type ParagraphProps = CardholderMailProps & { lines: readonly Line[]; isFirst: boolean };

function Paragraph({ lines, isFirst, button, marks }: ParagraphProps) {
  const [only] = lines;
  if (button !== null && lines.length === 1 && only && isLinkAlone(only))
    return (
      <Button href={marks.value('link')} className="button" style={styles.letterButton}>
        {button}
      </Button>
    );
  const words = (
    <Text className="text" style={isFirst ? styles.letterFirst : styles.letter}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <LineOf key={index} line={line} hasNext={index + 1 < lines.length} marks={marks} />
      ))}
    </Text>
  );
  return lines.every(({ isOptional }) => isOptional) ? optional(words, marks) : words;
}

const isLinkAlone = ({ segments }: Line): boolean =>
  segments.length === 1 && typeof segments[0] === 'object' && segments[0].placeholder === 'link';

function LineOf({ line, hasNext, marks }: { line: Line; hasNext: boolean; marks: Marks }) {
  const words = (
    <>
      {joined(line.segments, marks).map((part, index) =>
        typeof part === 'string' ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
          <Link key={index} href={part.link} className="link" style={styles.link}>
            {part.link}
          </Link>
        ),
      )}
      {hasNext && <br />}
    </>
  );
  return line.isOptional ? optional(words, marks) : words;
}

/** Words and values as one string each: React would put a comment between two. */
function joined(segments: readonly Segment[], marks: Marks): (string | { link: string })[] {
  const parts: (string | { link: string })[] = [];
  for (const segment of segments) {
    const isLink = typeof segment === 'object' && segment.placeholder === 'link';
    const words = typeof segment === 'string' ? segment : marks.value(segment.placeholder);
    const last = parts.at(-1);
    if (isLink) parts.push({ link: words });
    else if (typeof last === 'string') parts[parts.length - 1] = last + words;
    else parts.push(words);
  }
  return parts;
}

const optional = (words: ReactNode, { begin, end }: Marks) => (
  <>
    {begin}
    {words}
    {end}
  </>
);
