/** What a terminal takes for itself and shows nothing of: control sequences (ECMA-48) and control characters. */
const sequences = [
  String.raw`(?:\u001B\[|\u009B)[0-?]{0,64}[ -/]{0,8}[@-~]`,
  String.raw`(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C\n]{0,2048}(?:\u0007|\u001B\\|\u009C)`,
  String.raw`\u001B[ -/]{0,8}[0-~]`,
]
/** But for tab and line breaks. */
const controls = String.raw`\u0000-\u0008\u000B\u000C\u000E-\u001F`
/** More of them, and characters that take no room or change the order of others. */
const others = String.raw`\u007F-\u009F\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF`
const anyUnseen = new RegExp(`[${controls}${others}]`)
const everyUnseen = new RegExp(`${sequences.join('|')}|[${controls}${others}]`, 'g')
const inJson = new RegExp(String.raw`\\u00[01]|[${others}]`)

type Counted = { readonly text: string; readonly redacted: number }

/**
 * Covers a text's secrets, those as well that hold a colour or another character that nobody sees: who shows the text
 * without these would put such a secret together again. A text that holds one loses all that is unseen.
 */
export function countInWhatIsSeen(text: string, count: (text: string) => Counted): Counted {
  const written = count(text)
  if (!anyUnseen.test(text)) return written
  const seen = count(withoutUnseen(text))
  return seen.text === withoutUnseen(written.text) ? written : seen
}

const withoutUnseen = (text: string): string => text.replaceAll(everyUnseen, '')

/** The same of a text in JSON, where a control character is an escape. */
export const hasUnseenInJson = (json: string): boolean => inJson.test(json)
