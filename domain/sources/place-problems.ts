// What can be wrong with the place of a source, in words that say what to do. Nothing in them is secret, and no name of a file.
import { assertNever } from '../assert-never.ts';
import type { Language } from '../language.ts';

export const PLACE_PROBLEM_CODES = [
  'unreachable',
  'refused-sign-in',
  'host-key',
  'not-allowed',
  'no-folder',
  'gone',
  'too-many-redirects',
  'answered',
  'certificate',
  'no-access',
] as const;
export type PlaceProblemCode = (typeof PLACE_PROBLEM_CODES)[number];

/** What goes with a problem. Nothing secret, and nothing of what a server said in its own words. */
export type PlaceHint = {
  /** Which of several kinds of the problem. */
  why?: 'secret' | 'sealed' | 'key' | 'plain' | 'unpinned' | 'name' | 'partial' | 'full' | 'done';
  /** The setting that decides. */
  setting?: 'SOURCE_ALLOWED_NETWORKS' | 'SOURCE_DIRECTORIES';
  /** The status of an HTTP answer. */
  status?: number;
  /** A fault's code, as ECONNREFUSED. */
  cause?: string;
  /** The host keys that a server showed. */
  shown?: readonly string[];
};

type Words = Readonly<Record<Language, string>>;

/** A sentence on what is wrong, and what to do about it. */
export function placeProblemWords(code: PlaceProblemCode, hint: PlaceHint, language: Language): string {
  return wordsOf(code, hint)[language];
}

function wordsOf(code: PlaceProblemCode, hint: PlaceHint): Words {
  switch (code) {
    case 'unreachable':
      return unreachable(hint);
    case 'refused-sign-in':
      return signIn(hint);
    case 'host-key':
      return hostKey(hint);
    case 'not-allowed':
      return notAllowed(hint);
    case 'no-folder':
      if (hint.why === 'done')
        return {
          en: 'What is called completed or failed there is no folder, so nothing can be put away. Rename it; it is tried again by itself.',
          de: 'Was dort completed oder failed heißt, ist kein Ordner, daher kann nichts abgelegt werden. Bitte umbenennen; es wird von selbst erneut versucht.',
        };
      return {
        en: 'There is no such folder or bucket. Check the path, and that its names are spelt as they are there.',
        de: 'Diesen Ordner oder Bucket gibt es nicht. Bitte den Pfad und die Schreibweise prüfen.',
      };
    case 'gone':
      return {
        en: 'The file was taken away, or replaced, before it could be used. Nothing was changed; put it there again if it is still wanted.',
        de: 'Die Datei wurde entfernt oder ersetzt, bevor sie verwendet werden konnte. Nichts wurde geändert; bei Bedarf bitte erneut ablegen.',
      };
    case 'too-many-redirects':
      return {
        en: 'The address leads on and on to others. Give the address that it ends at.',
        de: 'Die Adresse leitet immer weiter. Bitte die Adresse angeben, bei der sie endet.',
      };
    case 'answered':
      return answered(hint);
    case 'certificate':
      return {
        en: `The server’s certificate is not trusted${inBrackets(hint.cause)}. Have it renewed, or give the authority that signed it.`,
        de: `Dem Zertifikat des Servers wird nicht vertraut${inBrackets(hint.cause)}. Bitte erneuern lassen oder die Stelle angeben, die es ausgestellt hat.`,
      };
    case 'no-access':
      return noAccess(hint);
    default:
      return assertNever(code);
  }
}

const inBrackets = (text: string | number | undefined): string => (text === undefined ? '' : ` (${text})`);
const listed = (keys: readonly string[] | undefined): string => (keys ?? []).join(', ');

function unreachable({ cause, why }: PlaceHint): Words {
  if (why === 'partial')
    return {
      en: `The connection broke off before all was there${inBrackets(cause)}. It is tried again by itself; if that goes on, ask who runs the server or the network.`,
      de: `Die Verbindung brach ab, bevor alles da war${inBrackets(cause)}. Es wird von selbst erneut versucht; bleibt es dabei, bitte beim Betreiber des Servers oder des Netzes nachfragen.`,
    };
  return {
    en: `The server, or the storage behind it, can’t be reached now${inBrackets(cause)}. Check host, port and firewall; it is tried again by itself.`,
    de: `Der Server oder sein Speicher ist gerade nicht erreichbar${inBrackets(cause)}. Bitte Host, Port und Firewall prüfen; es wird von selbst erneut versucht.`,
  };
}

function signIn({ why, status, cause }: PlaceHint): Words {
  if (why === 'key')
    return {
      en: 'The private key can’t be read. Give it whole, in OpenSSH or PEM form, with its passphrase if it has one.',
      de: 'Der private Schlüssel ist nicht lesbar. Bitte vollständig im OpenSSH- oder PEM-Format angeben, gegebenenfalls mit Passphrase.',
    };
  if (why === 'sealed')
    return {
      en: 'The source’s password or key can’t be read: what it was encrypted with is not among SECRETS_KEYS. Have the operator bring that back, or give it again.',
      de: 'Das Passwort oder der Schlüssel der Quelle ist nicht lesbar: Womit verschlüsselt wurde, fehlt in SECRETS_KEYS. Bitte den Betreiber, es zurückzubringen, oder neu angeben.',
    };
  if (why === 'secret')
    return {
      en: 'The source has no password or key that could let it in. Give one.',
      de: 'Für die Quelle ist kein Passwort oder Schlüssel hinterlegt. Bitte angeben.',
    };
  return {
    en: `The server does not let the source in${inBrackets(status ?? cause)}. Check the user and the password, key or header; they may have expired.`,
    de: `Der Server weist die Anmeldung ab${inBrackets(status ?? cause)}. Bitte Benutzer und Passwort, Schlüssel oder Header prüfen; sie können abgelaufen sein.`,
  };
}

function hostKey({ why, shown }: PlaceHint): Words {
  const keys = listed(shown);
  if (why === 'unpinned')
    return {
      en: `No key of the server is pinned yet. It shows ${keys}: compare that with what its operator says, then save it with the source.`,
      de: `Noch ist kein Schlüssel des Servers hinterlegt. Er zeigt ${keys}: bitte mit den Angaben des Betreibers vergleichen und dann bei der Quelle speichern.`,
    };
  return {
    en: `The server shows other keys than those that are pinned: ${keys}. Somebody may stand in between. Ask its operator; pin the new key only if it is theirs.`,
    de: `Der Server zeigt andere Schlüssel als die hinterlegten: ${keys}. Es könnte jemand dazwischen stehen. Bitte beim Betreiber nachfragen und den neuen Schlüssel nur hinterlegen, wenn er von dort stammt.`,
  };
}

function notAllowed({ why, setting }: PlaceHint): Words {
  if (setting === 'SOURCE_DIRECTORIES')
    return {
      en: 'This leads out of the folders that SOURCE_DIRECTORIES names. Choose a folder inside, or have the operator name this one.',
      de: 'Das führt aus den Ordnern hinaus, die SOURCE_DIRECTORIES nennt. Bitte einen Ordner darin wählen oder den Betreiber bitten, diesen aufzunehmen.',
    };
  if (why === 'plain')
    return {
      en: 'Give an https address: http is for networks alone that SOURCE_ALLOWED_NETWORKS names, and never follows on https.',
      de: 'Bitte eine https-Adresse angeben: http geht nur in Netzen, die SOURCE_ALLOWED_NETWORKS nennt, und nie als Weiterleitung von https.',
    };
  if (why === 'name')
    return {
      en: 'This is no address that a source can have. Give it whole, without a password in it.',
      de: 'Eine solche Adresse kann eine Quelle nicht haben. Bitte vollständig und ohne Passwort darin angeben.',
    };
  return {
    en: 'The address is not public. Sources lead inside only where the operator has named the network in SOURCE_ALLOWED_NETWORKS.',
    de: 'Die Adresse ist nicht öffentlich. Quellen führen nur nach innen, wo der Betreiber das Netz in SOURCE_ALLOWED_NETWORKS genannt hat.',
  };
}

function answered({ status, cause }: PlaceHint): Words {
  return {
    en: `The server answered with what can’t be used${inBrackets(status ?? cause)}. Check the address; if it is right, ask who runs the server.`,
    de: `Der Server hat etwas Unbrauchbares geantwortet${inBrackets(status ?? cause)}. Bitte die Adresse prüfen; stimmt sie, beim Betreiber des Servers nachfragen.`,
  };
}

function noAccess({ why, cause }: PlaceHint): Words {
  if (why === 'full')
    return {
      en: `There is no room left to write${inBrackets(cause)}. Make some; it is tried again by itself.`,
      de: `Zum Schreiben ist kein Platz mehr${inBrackets(cause)}. Bitte Platz schaffen; es wird von selbst erneut versucht.`,
    };
  return {
    en: `Something there may not be read, written, moved or deleted${inBrackets(cause)}. Give the user of the source these rights for the folder, and for completed and failed in it.`,
    de: `Dort fehlt das Recht zu lesen, zu schreiben, zu verschieben oder zu löschen${inBrackets(cause)}. Bitte dem Benutzer der Quelle diese Rechte für den Ordner und für completed und failed darin geben.`,
  };
}
