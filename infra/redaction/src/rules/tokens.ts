import type { Rule } from './rule.ts'

// A line break in JSON, a quote in an address or the colour of a terminal ends in a letter or a digit, after which no word
// would begin.
const hex = '[0-9A-Fa-f]'
const escapes = [String.raw`\\[nrt]`, String.raw`\\u${hex}{4}`, String.raw`\\x${hex}{2}`, `%${hex}{2}`]
const colour = String.raw`\[[0-9;]{0,20}[mK]`
const begin = String.raw`(?:\b|(?<=${[...escapes, colour].join('|')}))`
/** A rule for what begins like a word. */
export const token = (name: string, anchors: readonly string[], pattern: RegExp): Rule => ({
  name,
  anchors,
  pattern: new RegExp(begin + pattern.source, `${pattern.flags}g`),
})

/** A rule for what is marked so that no word ends like it: it counts wherever it stands, right after a letter too. */
const marked = (name: string, anchors: readonly string[], { source }: RegExp): Rule => ({
  name,
  anchors,
  pattern: new RegExp(source, 'g'),
})

const hexDigits = [...'0123456789abcdef']

const label = String.raw`(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----`
const space = String.raw`(?:\s|\\{1,4}[nrt])`
/** A whole block; what follows the first line as far as it looks like a key where the end is missing. */
const privateKey = [
  `-----BEGIN ${label}(?:`,
  String.raw`(?:[^-"]|-(?!-{4})){0,16384}-----END ${label}`,
  `|(?:${space}{1,8}[A-Za-z0-9+/=]{16,})*(?:${space}{1,8}[A-Za-z0-9+/]{1,63}={1,2})?`,
  ')',
].join('')

/** Keys as their makers mark them, after the published rules of gitleaks, git-secrets and secretlint. */
export const tokens: readonly Rule[] = [
  marked('Anthropic API key', ['sk-a'], /sk-ant-(?:api|admin|oat|ort|sid)\d{2}-[\w-]{20,}/),
  token(
    'OpenAI API key',
    ['sk-'],
    /(?:sk-(?:proj|svcacct|admin|service)-[\w-]{20,}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b|sk-[A-Za-z0-9]{48}\b)/,
  ),
  marked(
    'GitHub token',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_p'],
    /(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/,
  ),
  marked('GitLab token', ['glpa'], /glpat-[\w-]{20,}(?:\.[\w-]{2,})*/),
  token(
    'GitLab token',
    ['glpt', 'gldt', 'glcbt', 'glrt', 'gloas', 'glft', 'glimt', 'gla', 'glsoa', 'glff', 'glwt', 'GR1'],
    /(?:gl(?:ptt|dt|cbt|rtr?|oas|ft|imt|agent|soat|ffct|wt)-[\w-]{20,}(?:\.[\w-]{2,})*|GR1348941[\w-]{20,})/,
  ),
  token('AWS access key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/),
  token(
    'AWS secret key',
    ['aws_s', 'awss'],
    /aws_?secret_?(?:access_?)?key\W{1,6}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/i,
  ),
  token('Google API key', ['AIza'], /AIza[\w-]{35}/),
  token('Google OAuth secret', ['GOCSPX-', 'ya2'], /(?:GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})/),
  marked('Slack token', ['xox'], /xox[abeoprs](?:\.xox[abp])?-[A-Za-z0-9-]{10,}/),
  token('Slack token', ['xapp-'], /xapp-\d-[A-Za-z0-9-]{10,}/),
  token('Slack webhook', ['hooks.sl'], /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{20,}/),
  token(
    'Stripe key',
    ['sk_l', 'sk_t', 'sk_p', 'rk_l', 'rk_t', 'rk_p', 'whsec_'],
    /(?:[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{24,}={0,2})/,
  ),
  token('npm token', ['npm_'], /npm_\w{36,}/),
  marked('PyPI token', ['pypi-A'], /pypi-AgE[\w-]{50,}/),
  token('Hugging Face token', ['hf_', 'api_org_'], /(?:hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z]{34})/),
  token('SendGrid key', ['SG.'], /SG\.[\w-]{16,128}\.[\w-]{16,128}/),
  token(
    'Twilio key',
    hexDigits.map((digit) => `SK${digit}`),
    /SK[0-9a-f]{32}\b/,
  ),
  marked('DigitalOcean token', ['doo_v1', 'dop_v1', 'dor_v1'], /do[opr]_v1_[0-9a-f]{64}/),
  token(
    'Azure client secret',
    hexDigits.slice(0, 10).map((digit) => `${digit}Q~`),
    /[\w~.-]{3}\dQ~[\w~.-]{31,34}/,
  ),
  token(
    'Azure account key',
    ['AccountKey=', 'SharedAccessKey='],
    /(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,100}={0,2}/i,
  ),
  token('Telegram bot token', [':AA'], /\d{8,10}:AA[\w-]{33}/),
  token('age secret key', ['AGE-SECRET-KEY-1'], /AGE-SECRET-KEY-1[0-9A-Z]{58}/),
  token('Mosaic token', ['mosaic_'], /mosaic_[A-Za-z0-9_-]{32,}/),
  { name: 'private key', anchors: ['-----BEGIN'], pattern: new RegExp(privateKey, 'g') },
]
