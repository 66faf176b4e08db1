// What refusals say in English, in German: sentences whose refusal has no details to be told from.
const SENTENCES: Readonly<Record<string, string>> = {
  // Runs
  'There is no such run.': 'Diesen Lauf gibt es nicht.',
  'There is no site {}, or it is not one of yours.':
    'Den Standort {} gibt es nicht, oder es ist keiner von Ihren.',
  'This person holds rights that you lack. Ask an admin who holds them.':
    'Diese Person hat Rechte, die Ihnen fehlen. Bitten Sie jemanden, der sie hat.',
  'The run has ended already, so there is nothing to cancel.':
    'Der Lauf ist schon beendet: Es gibt nichts abzubrechen.',
  'The run has ended, so there is nothing to pause.': 'Der Lauf ist beendet: Es gibt nichts anzuhalten.',
  'The run is paused already. Resume it, or cancel it.':
    'Der Lauf ist schon angehalten. Setzen Sie ihn fort, oder brechen Sie ihn ab.',
  'The run is not paused, so there is nothing to resume.':
    'Der Lauf ist nicht angehalten: Es gibt nichts fortzusetzen.',
  'The run has not asked that yet. Look at it again, then answer.':
    'Danach hat der Lauf noch nicht gefragt. Sehen Sie ihn noch einmal an, dann antworten Sie.',
  'The run has ended, or has not begun yet. Look at it again.':
    'Der Lauf ist beendet oder hat noch nicht begonnen. Sehen Sie ihn noch einmal an.',
  'The run has no plan to look at: it is not asking anybody just now.':
    'Der Lauf hat keinen Plan zu zeigen: Er fragt gerade niemanden.',
  'The run has not ended. Wait for it, or cancel it first.':
    'Der Lauf ist nicht beendet. Warten Sie, oder brechen Sie ihn zuerst ab.',
  'The run has not ended. Wait for it or cancel it, then undo what it has done.':
    'Der Lauf ist nicht beendet. Warten Sie, oder brechen Sie ihn ab; machen Sie dann rückgängig, was er getan hat.',
  'The run was rejected: nothing was written, so there is nothing to undo.':
    'Der Lauf wurde abgelehnt: Nichts wurde geschrieben, also gibt es nichts rückgängig zu machen.',
  'The run has changed nobody, so there is nothing to undo.':
    'Der Lauf hat niemanden geändert: Es gibt nichts rückgängig zu machen.',
  'Run {} has changed nobody, so there is nothing to undo.':
    'Der Lauf {} hat niemanden geändert: Es gibt nichts rückgängig zu machen.',
  'The run has anonymized or deleted people and nothing else. That can’t be undone.':
    'Der Lauf hat nur Personen anonymisiert oder gelöscht. Das lässt sich nicht rückgängig machen.',
  'The run is being undone already, by run {}. Follow that one, or cancel it first.':
    'Der Lauf {1} macht diesen Lauf schon rückgängig. Verfolgen Sie jenen, oder brechen Sie ihn zuerst ab.',
  'Nothing is known any more of what run {} changed. It can’t be undone.':
    'Was der Lauf {} geändert hat, ist nicht mehr bekannt. Er lässt sich nicht rückgängig machen.',
  'The run was rejected and has no rows. {}': 'Der Lauf wurde abgelehnt und hat keine Zeilen.',
  'The invitations of this run are just being written. Try again in a moment.':
    'Die Einladungen dieses Laufs werden gerade geschrieben. Versuchen Sie es gleich noch einmal.',
  'The file is still being read, or never was. Results are there once it is.':
    'Die Datei wird noch gelesen oder wurde es nie. Ergebnisse gibt es, sobald sie gelesen ist.',
  // Drafts and mending
  'This import was changed in another window. Load it anew, then change it.':
    'Dieser Import wurde in einem anderen Fenster geändert. Laden Sie ihn neu, dann ändern Sie ihn.',
  'There is no such draft, or it is not yours. It may have been discarded, or was left for long.':
    'Diesen Entwurf gibt es nicht, oder er gehört jemand anderem. Vielleicht wurde er verworfen oder lag zu lange.',
  'There is no such upload. Send the file to POST /v1/files.':
    'Diese hochgeladene Datei gibt es nicht. Laden Sie sie hoch.',
  'This upload has been used and deleted. Upload the file again.':
    'Diese hochgeladene Datei wurde verbraucht und gelöscht. Laden Sie sie noch einmal hoch.',
  'The content of this upload was deleted. Upload the file again.':
    'Der Inhalt dieser Datei wurde gelöscht. Laden Sie sie noch einmal hoch.',
  'The file is larger than {} MB, the most that is taken. Split it and upload the parts.':
    'Die Datei ist größer als {} MB; mehr wird nicht angenommen. Teilen Sie sie und laden Sie die Teile hoch.',
  'The upload broke off before its end. Send the file again.':
    'Das Hochladen ist vor dem Ende abgebrochen. Laden Sie die Datei noch einmal hoch.',
  'One upload is named twice. Upload each file once.':
    'Eine Datei ist zweimal genannt. Laden Sie jede einmal hoch.',
  'More than {} rows have this problem. Mend the file and upload it again.':
    'Mehr als {} Zeilen haben dieses Problem. Berichtigen Sie die Datei und laden Sie sie noch einmal hoch.',
  'Only who began the run can mend its rows. Ask them, or begin a run of your own.':
    'Nur wer den Lauf begonnen hat, kann seine Zeilen berichtigen. Bitten Sie darum, oder beginnen Sie einen eigenen Lauf.',
  'That would not mend any of these rows. Enter another value.':
    'Das würde keine dieser Zeilen berichtigen. Geben Sie einen anderen Wert ein.',
  'There is no row {} that could be mended.': 'Eine Zeile {}, die sich berichtigen ließe, gibt es nicht.',
  'Row {} can’t be mended here. Mend it in the file and upload that again.':
    'Die Zeile {} lässt sich hier nicht berichtigen. Berichtigen Sie sie in der Datei und laden Sie diese noch einmal hoch.',
  'The cells of this run can’t be mended here: it is no dry run of a file, its file holds passwords, or it was confirmed before. Mend the file and upload it again.':
    'Die Zellen dieses Laufs lassen sich hier nicht berichtigen: Er ist keine Vorschau einer Datei, seine Datei enthält Passwörter, oder er wurde schon bestätigt. Berichtigen Sie die Datei und laden Sie sie noch einmal hoch.',
  'No column of the file is mapped to {}. Name a field that the file has.':
    'Keine Spalte der Datei ist {} zugeordnet. Nennen Sie ein Feld, das die Datei hat.',
  'The run does not touch site {}. Mend the Account ID in the file and upload it again.':
    'Der Lauf berührt den Standort {} nicht. Berichtigen Sie die Account ID in der Datei und laden Sie sie noch einmal hoch.',
  // What a run is asked to do
  'The preset {} can’t {}. Use one of: {}.': 'Die Vorlage {1} kann die Aktion {2} nicht. Möglich sind: {3}.',
  'The last day of the cards is before their first one. Correct one of them.':
    'Der letzte Tag der Karten liegt vor ihrem ersten. Berichtigen Sie einen von beiden.',
  'Only a sync looks for people who are not in the file, and this run would {}. Leave absent (--absent) out, or ask for sync.':
    'Nur ein Abgleich sucht nach Personen, die nicht in der Datei stehen; dieser Lauf hat die Aktion {}. Lassen Sie das weg, oder wählen Sie den Abgleich.',
  'Blank cells can’t clear {}. Take it out of clearBlank (--clear-blank).':
    'Leere Zellen können {} nicht leeren. Nehmen Sie das Feld dort heraus.',
  'There is no preset of that name. Use one of: {}; or one that the site or a site above it has saved.':
    'Eine Vorlage dieses Namens gibt es nicht. Möglich sind: {}; oder eine, die der Standort oder einer darüber gespeichert hat.',
  'Nobody is invited who is asked to leave: a run that would {} takes no invite. Leave it out, or set it to none.':
    'Wer gehen soll, wird nicht eingeladen: Ein Lauf mit der Aktion {} lädt niemanden ein. Schalten Sie die Einladungen aus.',
  'A sync {} everybody who is not in the file, so it takes a limit. Say how many people it may change, {}':
    'Ein Abgleich nimmt alle heraus, die nicht in der Datei stehen; darum braucht er eine Grenze. Sagen Sie, wie viele Personen er ändern darf, oder setzen Sie Grenzen am Standort und an denen darunter, die eigene haben.',
  'A run of the preset {} takes one file. Start a run for each.':
    'Ein Lauf der Vorlage {} nimmt eine Datei. Beginnen Sie für jede einen Lauf.',
  'A run of the preset {} takes {} files at most: {}.':
    'Ein Lauf der Vorlage {1} nimmt höchstens {2} Dateien: {3}.',
  'Somebody else is changing the same list. Send the file again.':
    'Jemand anderes ändert gerade dieselbe Liste. Laden Sie die Datei noch einmal hoch.',
  'Nobody is selected: no person at this site or below it fits the selection. {}':
    'Niemand ist ausgewählt: Auf keine Person an diesem Standort oder darunter trifft die Auswahl zu. Sehen Sie mit denselben Filtern in die Liste der Personen, dann beginnen Sie neu.',
  'The selection of this run is gone: {}':
    'Die Auswahl dieses Laufs gibt es nicht mehr: Jemand davon wurde seither anonymisiert oder gelöscht. Wählen Sie neu aus.',
  'A field that the selection filters by is not there any more. Select people anew.':
    'Ein Feld, nach dem die Auswahl filtert, gibt es nicht mehr. Wählen Sie neu aus.',
  // A file that does not fit its mapping
  'There is no field “{}” to map. Use one of: {}.':
    'Ein Feld „{1}“, dem sich etwas zuordnen ließe, gibt es nicht. Möglich sind: {2}.',
  'The file has no column “{}” to map {} to. {}':
    'Die Datei hat keine Spalte „{1}“, der sich {2} zuordnen ließe. Wählen Sie eine andere Spalte.',
  'Without a header, columns are named by position: {} can’t be mapped to “{}”. Use 1 to {}.':
    'Ohne Kopfzeile heißen Spalten nach ihrer Stelle: {1} lässt sich „{2}“ nicht zuordnen. Möglich sind 1 bis {3}.',
  'The file lacks a column for: {}. The header looks like a person. {}':
    'Der Datei fehlt eine Spalte für: {1}. Ihre Kopfzeile sieht aus wie eine Person: Sagen Sie, in welcher Zeile die Kopfzeile steht, oder dass es keine gibt.',
  'The file lacks a column for: {}. {}':
    'Der Datei fehlt eine Spalte für: {1}. Ordnen Sie eine zu, oder berichtigen Sie die Kopfzeile.',
  'No column is mapped to {}, so nobody can be found. {}':
    'Keine Spalte ist {1} zugeordnet: So lässt sich niemand finden. Ordnen Sie eine zu, oder berichtigen Sie die Kopfzeile.',
  'People can’t be created without a column for: {}. {}':
    'Ohne eine Spalte dafür lassen sich keine Personen anlegen: {1}. Ordnen Sie eine zu, oder berichtigen Sie die Kopfzeile.',
  'Column {} is mapped to {} and to {}.':
    'Die Spalte {1} ist {2} und {3} zugeordnet. Wählen Sie eines davon.',
  '{} can both be {}. Say which one is: map {} to one of them, or to none.':
    '{1} können beide {2} sein. Sagen Sie, welche es ist: Ordnen Sie {2} einer davon zu, oder keiner.',
  'No column is mapped to {}, so its blank cells can’t clear anything. Name a field that the file has.':
    'Keine Spalte ist {} zugeordnet: Leere Zellen können dort nichts leeren. Nennen Sie ein Feld, das die Datei hat.',
  'The file has columns for fields that only sites below site {} have: {}. Run it at such a site, or map these columns to none.':
    'Die Datei hat Spalten für Felder, die nur Standorte unter dem Standort {1} haben: {2}. Beginnen Sie den Lauf an einem solchen, oder ordnen Sie diese Spalten nicht zu.',
  'The file is empty: it has 0 bytes.': 'Die Datei ist leer: Sie hat 0 Byte.',
  'The file is empty: it holds no text.{}': 'Die Datei ist leer: Sie enthält keinen Text.',
  'The file holds only blank rows.{}': 'Die Datei enthält nur leere Zeilen.',
  'The file has a header in row {} and no row below it.{}':
    'Die Datei hat in Zeile {1} eine Kopfzeile und darunter keine Zeile.',
  'The file ends at row {}, and its header was expected at row {} with rows below it.{}':
    'Die Datei endet mit Zeile {1}; ihre Kopfzeile war in Zeile {2} erwartet, mit Zeilen darunter.',
  // Cards, roles, photos, people
  'Run {} is of site {}. Begin this run there.':
    'Der Lauf {1} gehört zum Standort {2}. Beginnen Sie diesen Lauf dort.',
  'Run {} has not ended. Wait for it, then issue its cards.':
    'Der Lauf {} ist nicht beendet. Warten Sie, dann geben Sie seine Karten aus.',
  'Run {} has brought no cards{}':
    'Der Lauf {1} hat keine Karten gebracht. Ordnen Sie eine Spalte den Kartennummern zu und importieren Sie noch einmal, oder wählen Sie Personen aus.',
  'This person is not active. Only active people get cards.':
    'Diese Person ist nicht aktiv. Karten bekommen nur aktive Personen.',
  'The card or its person has changed meanwhile: {}':
    'Die Karte oder ihre Person hat sich inzwischen geändert: Ausgegeben, ersetzt und mit Tagen versehen werden nur Karten aktiver Personen. Laden Sie die Seite neu.',
  'The last day of this card is over. Add its number anew with a later day.':
    'Der letzte Tag dieser Karte ist vorbei. Legen Sie ihre Nummer mit einem späteren Tag neu an.',
  'This card is {}. Add its number anew to use it again.':
    'Diese Karte gilt nicht mehr. Legen Sie ihre Nummer neu an, um sie wieder zu verwenden.',
  'The last day is before the first. Correct one of them.':
    'Der letzte Tag liegt vor dem ersten. Berichtigen Sie einen von beiden.',
  'The last day is over already, in UTC. Give a later one; to end a card now, revoke it.':
    'Der letzte Tag ist (in UTC) schon vorbei. Geben Sie einen späteren an; um eine Karte jetzt zu beenden, sperren Sie sie.',
  'A card in use has this number already. {}':
    'Eine Karte in Gebrauch hat diese Nummer schon. Sperren Sie zuerst jene, oder nehmen Sie eine andere Nummer.',
  'The role {} is both in add and in remove. Keep one.':
    'Die Rolle {} soll zugleich gegeben und genommen werden. Wählen Sie eines.',
  'The role {} allows {}, and you lack that right on site {}. Nobody gives or takes more than they hold.':
    'Die Rolle {1} erlaubt {2}, und dieses Recht fehlt Ihnen am Standort {3}. Niemand gibt oder nimmt mehr, als er hat.',
  'Nobody would be left who can give roles on the top site. Give somebody else such a role first.':
    'Niemand bliebe, der am obersten Standort Rollen geben kann. Geben Sie zuerst jemand anderem eine solche Rolle.',
  'Somebody has just changed this role. Read it again.':
    'Jemand hat diese Rolle eben geändert. Laden Sie die Seite neu.',
  'Site {} has a role of this name with other permissions. Choose another name.':
    'Der Standort {} hat eine Rolle dieses Namens mit anderen Rechten. Wählen Sie einen anderen Namen.',
  'Site {} has a role of this name. Choose another name.':
    'Der Standort {} hat eine Rolle dieses Namens. Wählen Sie einen anderen Namen.',
  'There is no such photo at your sites, or not any more: its cardholder may have sent another one.':
    'Dieses Foto gibt es nicht oder nicht mehr: Vielleicht kam inzwischen ein anderes.',
  'Somebody has decided about the photo, or turned it, meanwhile.':
    'Jemand hat inzwischen über dieses Foto entschieden oder es gedreht.',
  'It is too late: the mail about the decision has left, or another photo has come. Decide about what is there now.':
    'Es ist zu spät: Die Mail mit der Entscheidung ist unterwegs, oder ein anderes Foto ist gekommen. Entscheiden Sie über das, was jetzt da ist.',
  'This person is archived. Restore the person first, then decide.':
    'Diese Person ist archiviert. Stellen Sie sie zuerst wieder her, dann entscheiden Sie.',
  'This person has no photo.': 'Diese Person hat kein Foto.',
  'There is no such card at your sites.': 'Diese Karte gibt es an Ihren Standorten nicht.',
  'There is no such role, or it is not one of yours.':
    'Diese Rolle gibt es nicht, oder es ist keine von Ihren.',
  'There is no such person at your sites.': 'Diese Person gibt es an Ihren Standorten nicht.',
  'This is you. Ask another admin to do this.': 'Das sind Sie selbst. Bitten Sie jemand anderen darum.',
  'This person is {}. Only active people are changed.':
    'Diese Person ist nicht aktiv. Geändert werden nur aktive Personen.',
  'This person is {}. Only active people are given roles.':
    'Diese Person ist nicht aktiv. Rollen bekommen nur aktive Personen.',
  'This person is active. Archive the person first: only archived people are anonymized.':
    'Diese Person ist aktiv. Archivieren Sie sie zuerst: Anonymisiert werden nur archivierte Personen.',
  'This person is anonymized and can’t be changed.':
    'Diese Person ist anonymisiert und lässt sich nicht ändern.',
  'A bulk action is changing the people of this site.':
    'Eine Massenaktion ändert gerade die Personen dieses Standorts.',
  'There are {} views already. Remove one that nobody needs.':
    'Es gibt schon {} Ansichten. Entfernen Sie eine, die niemand braucht.',
  // Invitations
  'This run has nothing to follow up.': 'Bei diesem Lauf gibt es nichts nachzufassen.',
  'The follow-up has ended already.': 'Das Nachfassen ist schon beendet.',
  'The follow-up has ended, so nobody is reminded. Invite people again.':
    'Das Nachfassen ist beendet; niemand wird mehr erinnert. Laden Sie die Personen neu ein.',
  'The invitations are still leaving. Remind people when they have had time to answer.':
    'Die Einladungen gehen noch hinaus. Erinnern Sie, wenn Zeit zum Antworten war.',
  'Reminders left less than an hour ago, or are leaving. Wait a while.':
    'Erinnerungen gingen vor weniger als einer Stunde hinaus oder gehen gerade. Warten Sie etwas.',
  'This invitation is not open any more. Invite the person anew.':
    'Diese Einladung ist nicht mehr offen. Laden Sie die Person neu ein.',
  // Sources and webhooks
  'There is no such source, or it is not one of yours.':
    'Diese Quelle gibt es nicht, oder es ist keine von Ihren.',
  'The source is not paused.': 'Die Quelle ist nicht angehalten.',
  'The source is paused. Resume it first, or run it once.':
    'Die Quelle ist angehalten. Setzen Sie sie zuerst fort, oder lassen Sie sie einmal laufen.',
  'The source has been changed meanwhile. Read it again, then change it.':
    'Die Quelle wurde inzwischen geändert. Laden Sie die Seite neu, dann ändern Sie sie.',
  'The source was changed and has no such part any more. Deliver it anew.':
    'Die Quelle wurde geändert und hat diesen Teil nicht mehr. Liefern Sie ihn neu.',
  'Run {} of this source waits for an answer. Confirm it, approve it or cancel it: then the source goes on.':
    'Der Lauf {} dieser Quelle wartet auf eine Antwort. Bestätigen Sie ihn, stimmen Sie zu, oder brechen Sie ihn ab: Dann macht die Quelle weiter.',
  'It is being looked at now. Whatever has come by then is taken along: wait until it has ended.':
    'Es wird gerade nachgesehen. Was bis dahin gekommen ist, wird mitgenommen: Warten Sie, bis es beendet ist.',
  'It is being looked at now. A run of it may start from {} on, after its blackout hours.':
    'Es wird gerade nachgesehen. Ein Lauf kann nach den gesperrten Stunden beginnen, ab {}.',
  'What is yet to come can’t be made up for. Let `to` be now or earlier.':
    'Was noch kommt, lässt sich nicht nachholen. Wählen Sie als Ende jetzt oder früher.',
  '`from` must be before `to`.': 'Der Beginn muss vor dem Ende liegen.',
  'The schedule has no look between these times. Take more time in, or run it now.':
    'Nach dem Zeitplan wird zwischen diesen Zeiten nie nachgesehen. Nehmen Sie mehr Zeit dazu, oder lassen Sie die Quelle jetzt laufen.',
  'That would be more than {} looks, one after another. Take less time in, or run it now.':
    'Das wäre mehr als {} Mal nachgesehen, nacheinander. Nehmen Sie weniger Zeit, oder lassen Sie die Quelle jetzt laufen.',
  'Who set the source up is gone.': 'Wer die Quelle eingerichtet hat, ist nicht mehr da.',
  'Who set the source up has no rights at site {} any more.':
    'Wer die Quelle eingerichtet hat, hat am Standort {} keine Rechte mehr.',
  'An option of the source is none any more ({}). Change the source.':
    'Eine Einstellung der Quelle gibt es nicht mehr ({}). Ändern Sie die Quelle.',
  'The webhook is disabled. Enable it, then try again.':
    'Der Webhook ist ausgeschaltet. Schalten Sie ihn ein, dann versuchen Sie es noch einmal.',
  'Give an address as https://host/path, without a password.':
    'Geben Sie eine Adresse als https://host/pfad an, ohne Passwort.',
  'The name in this address can’t be found now. Check it, or try again later.':
    'Der Name in dieser Adresse lässt sich gerade nicht finden. Prüfen Sie ihn, oder versuchen Sie es später noch einmal.',
  'Give an https address: http is for networks alone that WEBHOOK_ALLOWED_NETWORKS names.':
    'Geben Sie eine https-Adresse an: http gilt nur in Netzen, die WEBHOOK_ALLOWED_NETWORKS nennt.',
  'This address is not public. Webhooks lead inside only where the operator has named the network in WEBHOOK_ALLOWED_NETWORKS.':
    'Diese Adresse ist nicht öffentlich. Webhooks führen nur nach innen, wo der Betrieb das Netz in WEBHOOK_ALLOWED_NETWORKS nennt.',
  // Settings and signing in
  'This is no mail domain. Write one such as example.org.':
    'Das ist keine Mail-Domain. Schreiben Sie eine wie example.org.',
  'A field {} exists already on site {}, above it or below it. Choose another name.':
    'Ein Feld {1} gibt es schon am Standort {2}, darüber oder darunter. Wählen Sie einen anderen Namen.',
  'Run {} has not ended, and may bring values of the present type. Wait until it has, or cancel it.':
    'Der Lauf {} ist nicht beendet und kann Werte der jetzigen Art bringen. Warten Sie, oder brechen Sie ihn ab.',
  'This would put the org unit below itself. Move it below another one.':
    'Damit läge die Einheit unter sich selbst. Legen Sie sie unter eine andere.',
  'The org unit has been removed meanwhile.': 'Die Einheit wurde inzwischen entfernt.',
  'The org unit has been removed meanwhile. Choose another one.':
    'Die Einheit wurde inzwischen entfernt. Wählen Sie eine andere.',
  'Site {} has another org unit of this name. Choose another name.':
    'Der Standort {} hat schon eine Einheit dieses Namens. Wählen Sie einen anderen Namen.',
  '{} is built in. Choose another name.': '{} ist eingebaut. Wählen Sie einen anderen Namen.',
  'Email and password do not fit together. Check both.':
    'E-Mail und Passwort passen nicht zusammen. Prüfen Sie beides.',
  'Too many failed attempts to sign in. Wait a minute and try again.':
    'Zu viele misslungene Anmeldungen. Warten Sie eine Minute und versuchen Sie es dann erneut.',
  'Your session has ended. Sign in again.': 'Ihre Sitzung ist beendet. Melden Sie sich wieder an.',
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patterns = Object.entries(SENTENCES).map(
  ([english, german]) =>
    [new RegExp(`^${english.split('{}').map(escaped).join('(.*)')}$`, 's'), german] as const,
);

/** The English of every sentence, its blanks as `{}`. */
export const ENGLISH_SENTENCES: readonly string[] = Object.keys(SENTENCES);

/** The sentence of a refusal in German; undefined where there is none. */
export function inGerman(message: string): string | undefined {
  for (const [pattern, german] of patterns) {
    const found = pattern.exec(message);
    if (found)
      return german.replace(/\{(\d?)\}/g, (_, at: string) => found[at === '' ? 1 : Number(at)] ?? '');
  }
  return undefined;
}
