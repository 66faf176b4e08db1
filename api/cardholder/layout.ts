// What every state of the cardholder's page has around it: who asks, the choice of a language, and nothing that runs inline.
import type { CardholderPage } from '../../db/queries/invitations/cardholder-page.ts';
import { LANGUAGES } from '../../domain/language.ts';
import { type Html, html, NOTHING } from './html.ts';
import { icon, MARK_ADDRESS, mark } from './icons.ts';
import { addressOf, type Visit, WORDS } from './visit.ts';
import { filled } from './words/catalogue.ts';

/** The organisation that asks, as the header shows it, and the token for the address of its logo. */
export type Asker = Pick<CardholderPage, 'organisation' | 'site' | 'office' | 'logo'> & { token: string };

export type PageContent = {
  title: string;
  main: Html;
  footer?: Html | undefined;
};

export function layout(visit: Visit, asker: Asker | undefined, { title, main, footer }: PageContent): string {
  const { words, language, locale, assets, base } = visit;
  const name = asker ? filled(words.pageTitle, { title, organisation: asker.organisation }) : title;
  const asset = (file: string) => `${base}/p/assets/${file}`;
  return `<!doctype html>\n${html`<html lang="${language}" data-locale="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${name}</title>
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#111618" media="(prefers-color-scheme: dark)">
<link rel="icon" href="${MARK_ADDRESS}">
<link rel="preload" href="${asset(assets.font)}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${asset(assets.style)}">
<script type="module" src="${asset(assets.script)}" blocking="render"></script>
</head>
<body>
${header(visit, asker)}
<main class="column">${main}</main>
${footer ? html`<footer><div class="column">${footer}</div></footer>` : NOTHING}
</body>
</html>`}\n`;
}

function header(visit: Visit, asker: Asker | undefined): Html {
  const beside = asker && (asker.office ?? (asker.site === asker.organisation ? undefined : asker.site));
  return html`<header class="top"><div class="column">
${asker?.logo ? html`<img class="logo" src="${addressOf(visit, `${asker.token}/logo`)}" alt="">` : mark}
<p class="who">${asker && html`<strong>${asker.organisation}</strong> `}${beside && html`<span>${beside}</span>`}</p>
${languageSwitch(visit)}
</div></header>`;
}

/** Links that stay on the page, whichever it is: no address is written out, for there may be a token in it. */
function languageSwitch({ language, words }: Visit): Html {
  const choices = LANGUAGES.map(
    (other) =>
      html`<li><a href="?lang=${other}" lang="${other}" hreflang="${other}"${
        other === language ? html` aria-current="true"` : NOTHING
      }>${WORDS[other].name}${other === language ? icon('check') : NOTHING}</a></li>`,
  );
  return html`<details class="language"><summary>${icon('language')}<span><span class="visually-hidden">${words.languageSwitch}: </span>${language.toUpperCase()}</span></summary><ul>${choices}</ul></details>`;
}
