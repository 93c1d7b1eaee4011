/**
 * Made-up keys, put together here so that no file of the repository looks as if it held one: what each must be covered
 * as, and a text that holds it.
 */
const letters = (length: number) => 'aB3xK9mQ7tR2'.repeat(Math.ceil(length / 12)).slice(0, length)
const hex = (length: number) => '0f9a3c7e51'.repeat(Math.ceil(length / 10)).slice(0, length)
const marked = (...parts: string[]) => parts.join('')

const pemBody = Array.from({ length: 12 }, () => letters(64))
const pem = (newline: string, label = 'RSA PRIVATE KEY') =>
  [`-----BEGIN ${label}-----`, ...pemBody, 'abc=', `-----END ${label}-----`].join(newline)

export const samples: readonly (readonly [kind: string, secret: string])[] = [
  ['Anthropic API key', marked('sk-', 'ant-api03-', letters(80))],
  ['OpenAI API key', marked('sk-', 'proj-', letters(48))],
  ['GitHub token', marked('gh', 'p_', letters(36))],
  ['GitLab token', marked('gl', 'pat-', letters(20))],
  ['AWS access key', marked('AK', 'IA', 'QWERTY234567ABCD')],
  ['Google API key', marked('AI', 'za', letters(35))],
  ['Google OAuth secret', marked('GOC', 'SPX-', letters(28))],
  ['Slack token', marked('xo', 'xb-', '123456789012-', letters(24))],
  ['Slack webhook', marked('hooks.', 'slack.com/services/T0000/B0000/', letters(24))],
  ['Stripe key', marked('sk_', 'live_', letters(24))],
  ['npm token', marked('np', 'm_', letters(36))],
  ['PyPI token', marked('py', 'pi-AgE', letters(60))],
  ['Hugging Face token', marked('h', 'f_', letters(34))],
  ['SendGrid key', marked('S', 'G.', letters(22), '.', letters(43))],
  ['Twilio key', marked('S', 'K', hex(32))],
  ['DigitalOcean token', marked('do', 'p_v1_', hex(64))],
  ['Azure client secret', marked(letters(3), '8', 'Q~', letters(34))],
  ['Azure account key', marked('Account', 'Key=', letters(86), '==')],
  ['JSON web token', marked('ey', 'J', letters(20), '.ey', 'J', letters(40), '.', letters(43))],
  ['Mosaic token', marked('mosa', 'ic_', letters(43))],
  ['private key', pem('\n')],
  ['private key', pem('\\n', 'OPENSSH PRIVATE KEY')],
  ['private key', pem('\r\n', 'PGP PRIVATE KEY BLOCK')],
]

/** The secret, and the text around it that stays. */
export const inPhrases: readonly (readonly [kind: string, before: string, secret: string, after: string])[] = [
  ['URL password', 'https://ada:', letters(12), '@git.example.com/x.git'],
  ['URL password', 'postgres://ada:', 'p%40ss:w@rd', '@127.0.0.1:5432/db'],
  ['bearer token', 'Authorization: Bearer ', letters(40), ''],
  ['credentials', 'Authorization: Basic ', letters(24), ''],
  ['credentials', 'x-api-key: ', letters(24), ''],
  ['credentials', '//registry.example.com/:_authToken=', letters(24), ''],
  ['Azure signature', 'https://a.example/c?sv=1&sig=', letters(43), '&se=2'],
  ['Twilio auth token', 'TWILIO_AUTH_TOKEN=', hex(32), ''],
  ['assigned secret', 'password = "', 'rT7!kq2-Zp9xLm4', '"'],
  ['assigned secret', "client_secret: '", letters(32), "',"],
  ['assigned secret', '"apiKey": "', hex(32), '"'],
  ['assigned secret', '{\\"token\\":\\"', letters(20), '\\"}'],
  ['assigned secret', 'export SERVICE_TOKEN=', letters(24), ' && run'],
]

/** What is no secret, however much it looks like noise. */
export const harmless: readonly string[] = [
  '0190c0de-1234-7abc-8def-0123456789ab',
  'a'.repeat(40),
  hex(40),
  hex(64),
  `sha256:${hex(64)}`,
  `data:image/png;base64,iVBORw0KGgo${letters(400)}=`,
  'https://git.example.com/ada/thing.git and ssh://git@git.example.com/thing.git',
  'git@github.com:ada/thing.git',
  'the bearer of good news, and basic internationalization',
  'sk-ant is a prefix, AKIA too, and so is ghp_short',
  'eyJ is how they begin',
  'task-proj-abc, mosaic_agent, npm_config_registry, whsec_',
  'tests at 12:34:56, ratio 3:1, C:\\Users\\ada',
  'password = "correct-horse-battery-staple"',
  'token: "0190c0de-1234-7abc-8def-0123456789ab"',
  'const secretName = "projects/42/secrets/db-password/versions/3"',
  'API_KEY=${OPENAI_API_KEY} and TOKEN=your-token-0123456789abcdef',
  "tokenUrl: 'https://login.example.com/oauth2/v2.0/token?x=A1b2C3'",
  'inputTokens: 1234, keyBy = "sessionId", secret: "AKIAIOSFODNN7EXAMPLE0"',
]
