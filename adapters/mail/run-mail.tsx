// The mail about a run as HTML: a card that reads well in Gmail, Outlook and on phones, light and dark.
import {
  Body,
  Button,
  Column,
  Container,
  Head,
  Html,
  Link,
  Preview,
  Row,
  Section,
  Text,
} from '@react-email/components';
import { numberInWords } from '../../domain/words.ts';
import type { RunMail, RunMailWords } from './run-mail-words.ts';
import { CHART, DARK_STYLE, styles } from './theme.ts';

type Props = { mail: RunMail; words: RunMailWords };

/** The whole mail. Colours stand inline for clients that drop style sheets; the dark ones are classes. */
export function RunMailHtml({ mail, words }: Props) {
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{words.subject}</title>
        <style>{DARK_STYLE}</style>
      </Head>
      <Preview>{words.sentences.join(' ')}</Preview>
      <Body className="sunken" style={styles.body}>
        <Container style={styles.frame}>
          <Text className="text-3" style={styles.brand}>
            Muster
          </Text>
          <Section className="card" style={styles.card}>
            <Headline words={words} />
            {words.outcomes.length > 0 && <Outcomes words={words} />}
            {words.need && <Need need={words.need} url={mail.failedRowsUrl} />}
            <Button href={mail.runUrl} className="button" style={styles.button}>
              View the run
            </Button>
            <Facts words={words} />
          </Section>
          <Text className="text-3" style={styles.closing}>
            {words.closing}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}

function Headline({ words }: { words: RunMailWords }) {
  return (
    <>
      <h1 className="text" style={styles.headline}>
        {words.headline}
      </h1>
      <Text className="text-2" style={styles.lead}>
        {words.sentences.join(' ')}
      </Text>
    </>
  );
}

function Outcomes({ words: { outcomes } }: { words: RunMailWords }) {
  const total = outcomes.reduce((sum, { rows }) => sum + rows, 0);
  return (
    <Section style={styles.outcomes}>
      <Row style={styles.bar}>
        {outcomes.map(({ outcome, rows }) => (
          <Column
            key={outcome}
            className="segment"
            width={`${Math.max(1, Math.round((rows / total) * 100))}%`}
            style={{ ...styles.segment, backgroundColor: CHART[outcome] }}
          />
        ))}
      </Row>
      {outcomes.map(({ outcome, word, meaning, rows }) => (
        <Row key={outcome} className="line" style={styles.outcome}>
          <Column style={styles.swatchCell}>
            <span style={{ ...styles.swatch, backgroundColor: CHART[outcome] }} />
          </Column>
          <Column style={styles.word}>
            <span className="text" style={styles.outcomeWord}>
              {word}
            </span>
            <br />
            <span className="text-3" style={styles.meaning}>
              {meaning}
            </span>
          </Column>
          <Column className="text" align="right" style={styles.number}>
            {numberInWords(rows)}
          </Column>
        </Row>
      ))}
    </Section>
  );
}

function Need({ need, url }: { need: NonNullable<RunMailWords['need']>; url: string }) {
  return (
    <Section className="need" style={styles.need}>
      <Text className="need-title" style={styles.needTitle}>
        {need.title}
      </Text>
      <Text className="text-2" style={styles.needAdvice}>
        {need.advice}
      </Text>
      <Link href={url} className="link" style={styles.link}>
        {need.link}
      </Link>
    </Section>
  );
}

function Facts({ words }: { words: RunMailWords }) {
  return (
    <Section style={styles.facts}>
      {words.facts.map(({ name, value }) => (
        <Row key={name}>
          <Column className="text-3" style={styles.factName}>
            {name}
          </Column>
          <Column className="text" style={styles.factValue}>
            {value}
          </Column>
        </Row>
      ))}
    </Section>
  );
}
