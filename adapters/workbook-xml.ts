// The parts of a workbook with one sheet, as XML.
import type { SheetCell } from '../domain/sheet-cell.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** All parts but the sheet, by their place in the archive. Spreadsheets expect the types first. */
export const WORKBOOK_PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${CONTENT}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/></Types>`,
  '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': styles(),
};

/** Places of the cell formats in the styles. */
const PLAIN = 0;
const TEXT = 1;
const DAY = 2;
const HEADER = 3;

function styles(): string {
  const font = (weight: string) => `<font>${weight}<sz val="11"/><name val="Calibri"/></font>`;
  const format = (numbers: number, font: number) =>
    `<xf numFmtId="${numbers}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`;
  // Format 49 is “Text”: a cell that is edited stays text, with its leading zeros.
  const formats = [format(0, 0), format(49, 0), format(164, 0), format(49, 1)];
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2">${font('')}${font('<b/>')}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${formats.length}">${formats.join('')}</cellXfs></styleSheet>`;
}

/** The beginning of the sheet, its first row frozen, its columns so many characters wide; rows follow, then the end. */
export function sheetStart(widths: readonly number[]): string {
  const columns = widths.map(
    (width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`,
  );
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
}
export const SHEET_END = '</sheetData></worksheet>';

/** What a cell holds at most, in Excel. */
const CELL_CHARS_MAX = 32_767;

/** The first row of a sheet. */
export const headerXml = (cells: readonly string[]): string =>
  `<row r="1">${cells.map((cell, i) => textXml(`r="${columnName(i)}1"`, cell, HEADER)).join('')}</row>`;

/** A row of a sheet, counted from 1. */
export function rowXml(row: number, cells: readonly SheetCell[]): string {
  let xml = `<row r="${row}">`;
  for (const [i, cell] of cells.entries()) xml += cellXml(`r="${columnName(i)}${row}"`, cell);
  return `${xml}</row>`;
}

function cellXml(place: string, cell: SheetCell): string {
  if (typeof cell === 'string') return textXml(place, cell, TEXT);
  if (typeof cell === 'boolean') return `<c ${place} t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'number') return `<c ${place} s="${PLAIN}"><v>${cell}</v></c>`;
  return `<c ${place} s="${DAY}"><v>${cell.day}</v></c>`;
}

const textXml = (place: string, text: string, style: number): string =>
  text === ''
    ? ''
    : `<c ${place} s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, CELL_CHARS_MAX))}</t></is></c>`;

/** A to Z, AA and on, from 0. */
function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}

const SPECIAL = /[&<>_\r]|[^\x20-\x7e]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, so they are written by their number.
const BY_NUMBER = /[\x00-\x08\x0b\x0c\r\x0e-\x1f]|_(?=x[0-9A-Fa-f]{4}_)/g;
const NOT_IN_XML = /\p{Cs}|[\ufffe\uffff]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replace(BY_NUMBER, (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(NOT_IN_XML, '\ufffd')
    .replace(/[&<>]/g, (found) => ENTITIES[found] as string);
}
