import type { Rule } from './rule.ts'

// In JSON a line break is two characters, after whose "n" a word would not begin.
const begin = String.raw`(?:\b|(?<=\\[nrt]))`
const token = (name: string, hint: string, pattern: RegExp): Rule => ({
  name,
  hint,
  pattern: new RegExp(begin + pattern.source, `${pattern.flags}g`),
})

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
  token('Anthropic API key', 'sk-ant-', /sk-ant-(?:api|admin|oat|ort|sid)\d{2}-[\w-]{20,}/),
  token(
    'OpenAI API key',
    'sk-',
    /(?:sk-(?:proj|svcacct|admin|service)-[\w-]{20,}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b|sk-[A-Za-z0-9]{48}\b)/,
  ),
  token('GitHub token', 'gh[pousr]_|github_pat_', /(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/),
  token(
    'GitLab token',
    'gl[a-z]{2,6}-|gr1348941',
    /(?:gl(?:pat|ptt|dt|cbt|rtr?|oas|ft|imt|agent|soat|ffct|wt)-[\w-]{20,}(?:\.[\w-]{2,})*|GR1348941[\w-]{20,})/,
  ),
  token('AWS access key', 'a(?:kia|sia|bia|cca)[a-z2-7]', /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/),
  token('AWS secret key', 'secret', /aws_?secret_?(?:access_?)?key\W{1,6}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/i),
  token('Google API key', 'aiza', /AIza[\w-]{35}/),
  token('Google OAuth secret', 'gocspx-|ya29\\.', /(?:GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})/),
  token(
    'Slack token',
    'xox[abeoprs]|xapp-',
    /(?:xox[abeoprs](?:\.xox[abp])?-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,})/,
  ),
  token('Slack webhook', 'hooks\\.slack', /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{20,}/),
  token(
    'Stripe key',
    '[sr]k_(?:live|test|prod)_|whsec_',
    /(?:[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{24,}={0,2})/,
  ),
  token('npm token', 'npm_', /npm_\w{36,}/),
  token('PyPI token', 'pypi-', /pypi-AgE[\w-]{50,}/),
  token('Hugging Face token', 'hf_|api_org_', /(?:hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z]{34})/),
  token('SendGrid key', 'sg\\.', /SG\.[\w-]{16,128}\.[\w-]{16,128}/),
  token('Twilio key', 'sk[0-9a-f]{32}', /SK[0-9a-f]{32}\b/),
  token('DigitalOcean token', 'do[opr]_v1_', /do[opr]_v1_[0-9a-f]{64}/),
  token('Azure client secret', '[0-9]q~', /[\w~.-]{3}\dQ~[\w~.-]{31,34}/),
  token('Azure account key', 'accountkey|sharedaccesskey', /(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,100}={0,2}/i),
  token('Telegram bot token', ':aa', /\d{8,10}:AA[\w-]{33}/),
  token('age secret key', 'age-secret-key-1', /AGE-SECRET-KEY-1[0-9A-Z]{58}/),
  token('Mosaic token', 'mosaic_', /mosaic_[A-Za-z0-9_-]{32,}/),
  { name: 'private key', hint: '-----begin', pattern: new RegExp(privateKey, 'g') },
]
