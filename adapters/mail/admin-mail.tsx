// A mail to admins as HTML: a card that reads well in Gmail, Outlook and on phones, light and dark.
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
import type { MailPage, Need, Outcomes } from './mail-page.ts';
import { CHART, DARK_STYLE, styles } from './theme.ts';

type Props = { words: MailPage };

/** The whole mail. Colours stand inline for clients that drop style sheets; the dark ones are classes. */
export function AdminMailHtml({ words }: Props) {
  return (
    <Html lang={words.language}>
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
            {words.why && <Why why={words.why} />}
            {words.outcomes
              .filter(({ lines }) => lines.length > 0)
              .map((outcomes) => (
                <RowsByOutcome key={outcomes.title} outcomes={outcomes} />
              ))}
            {words.needs.map((need) => (
              <WhatToDo key={need.title} need={need} />
            ))}
            <Button href={words.link.url} className="button" style={styles.button}>
              {words.link.words}
            </Button>
            {words.commands && <Commands commands={words.commands} />}
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

function Headline({ words }: Props) {
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

function Why({ why }: { why: NonNullable<MailPage['why']> }) {
  return (
    <Section className="need" style={styles.need}>
      <h2 className="need-title" style={styles.needTitle}>
        {why.title}
      </h2>
      {why.reasons.map((reason) => (
        <Text key={reason} className="text-2" style={styles.reason}>
          {reason}
        </Text>
      ))}
    </Section>
  );
}

function RowsByOutcome({ outcomes: { title, lines } }: { outcomes: Outcomes }) {
  const shown = lines.filter(({ isInBar, rows }) => isInBar && rows > 0);
  const total = shown.reduce((sum, { rows }) => sum + rows, 0);
  return (
    <Section style={styles.outcomes}>
      {title !== null && (
        <h2 className="text-2" style={styles.title}>
          {title}
        </h2>
      )}
      <Row aria-hidden="true" style={styles.bar}>
        {shown.map(({ outcome, rows }) => (
          <Column
            key={outcome}
            className="segment"
            width={`${Math.max(1, Math.round((rows / total) * 100))}%`}
            style={{ ...styles.segment, backgroundColor: CHART[outcome] }}
          />
        ))}
      </Row>
      {lines.map(({ outcome, word, meaning, number }) => (
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
            {number}
          </Column>
        </Row>
      ))}
    </Section>
  );
}

function WhatToDo({ need }: { need: Need }) {
  return (
    <Section className="need" style={styles.need}>
      <h2 className="need-title" style={styles.needTitle}>
        {need.title}
      </h2>
      <Text className="text-2" style={styles.needAdvice}>
        {need.advice}
      </Text>
      {need.link && (
        <Link href={need.link.url} className="link" style={styles.link}>
          {need.link.words}
        </Link>
      )}
    </Section>
  );
}

function Commands({ commands }: { commands: NonNullable<MailPage['commands']> }) {
  return (
    <Section style={styles.commands}>
      <h2 className="text-2" style={styles.title}>
        {commands.title}
      </h2>
      {commands.lines.map(({ does, command }) => (
        <Text key={command} className="text-3" style={styles.command}>
          {does}
          <br />
          <code className="code" style={styles.code}>
            {command}
          </code>
        </Text>
      ))}
    </Section>
  );
}

function Facts({ words }: Props) {
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
