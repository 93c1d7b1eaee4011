/** Of a text that came before: as much as any secret that is cut in two may have on that side. */
const remembered = 4096
/** As many lines as a private key has; each is looked at with all that is remembered. */
const mostWords = 100
export const rest = '[redacted: rest of a secret]'
const beginning = '[redacted: beginning of a secret]'

/**
 * Where texts meet that follow one another: blocks of an answer, outputs of tools. A secret that is cut in two is known
 * by neither half; with the end of the text before, its second half is, and is covered.
 */
export class Seam {
  readonly #redact: (text: string) => string
  #before = ''

  constructor(redact: (text: string) => string) {
    this.#redact = redact
  }

  /** The next text with its secrets covered, and the rest of one that began in the text before. */
  covered(text: string): string {
    const before = this.#before
    this.#before = (before + text).slice(-remembered)
    const at = before === '' ? 0 : this.#endOfCut(before, text)
    return at === 0 ? this.#redact(text) : rest + this.#redact(text.slice(at))
  }

  /** How much of a text is the rest of a secret. */
  #endOfCut(before: string, text: string): number {
    const redact = this.#redact
    const start = text.slice(0, remembered)
    const whole = redact(before + start)
    const isWhole = (at: number) => redact(before + start.slice(0, at)) + redact(start.slice(at)) === whole
    if (isWhole(0)) return 0
    // White space ends most secrets; what more belongs to a private key is found word by word.
    const ends = start.matchAll(/(?<=\S)(?=\s)|$/g).filter(({ index }) => index > 0)
    for (const { index } of ends.take(mostWords)) if (isWhole(index)) return index
    return start.length
  }
}

/** What its maker marked as a key, or as the beginning of one. */
const marks = [
  'sk-ant-[a-z0-9]{0,8}-?',
  'sk-(?:proj|svcacct|admin|service)-',
  'sk-',
  'gh[pousr]_',
  'github_pat_',
  'gl(?:pat|ptt|dt|cbt|rtr?|oas|ft|imt|agent|soat|ffct|wt)-',
  'GR1348941',
  '(?:AKIA|ASIA|ABIA|ACCA)',
  'AIza',
  'GOCSPX-',
  'ya29\\.',
  'xox[abeoprs]-',
  'xapp-',
  '[sr]k_(?:live|test|prod)_',
  'whsec_',
  'npm_',
  'pypi-AgE',
  'hf_',
  'SG\\.',
  'SK',
  'do[opr]_v1_',
  'AGE-SECRET-KEY-1',
  'mosaic_',
  'gsk_',
  'lin_api_',
  'ntn_',
  'hv[sbr]\\.',
  'glsa_',
  'glc_',
  'eyJ',
]
const begun = new RegExp(String.raw`(?<![\w-])(?<mark>${marks.join('|')})(?<body>[\w.+/=-]{4,4096})$`)

/** Longer names of programs are words, in one case and with few digits. */
const looksBegun = (body: string) =>
  /\d/.test(body) && /[A-Za-z]/.test(body) && !/^[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{0,3}$/.test(body)

/** What may be the beginning of a secret, at the very end of a text after which more may come. */
export function coverBeginning(text: string): string {
  const { mark, body } = begun.exec(text.slice(-remembered - 256))?.groups ?? {}
  if (mark === undefined || body === undefined || !looksBegun(body)) return text
  return text.slice(0, text.length - mark.length - body.length) + beginning
}
