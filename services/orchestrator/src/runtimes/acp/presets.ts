import type { ModelDialect } from '@mosaic/contracts/credential'
import { shellWord } from '../../sandbox/index.ts'

/** Where an agent finds its model, and which, and where it keeps what it is to know later: no key of anybody's is among it. */
export type AtHand = { readonly url: string; readonly model: string; readonly state: string }

/** Names the folder of an agent in its sandbox. */
export const folderVariable = 'MOSAIC_AGENT_FOLDER'

/** An agent that others make, as it is got and started. */
export type Preset = {
  readonly name: string
  readonly title: string
  /** As npm knows it; the version is one that was tried. `null`: a person's own. */
  readonly package: { readonly name: string; readonly version: string } | null
  /** Where it is, if it is not got from npm: shown in sandboxes, with its `bin` among their programs. */
  readonly folder?: string
  /** What it asks its model in. */
  readonly dialect: ModelDialect
  /** In which it asks before it does something; whether it may, is decided here. As it comes where none is named. */
  readonly mode?: string
  /** For `sh -c`. Programs of its package are found by name; `folderVariable` says where it is installed. */
  readonly command: string
  environment(at: AtHand): Readonly<Record<string, string>>
}

/** Agents want to see a key before they ask anybody. This one opens nothing: the real one is added outside of the sandbox. */
const noKey = 'kept-outside-of-the-sandbox'

const claudeCode: Preset = {
  name: 'claude-code',
  title: 'Claude Code',
  package: { name: '@agentclientprotocol/claude-agent-acp', version: '0.101.0' },
  dialect: 'anthropic',
  command: 'claude-agent-acp',
  mode: 'default',
  environment: ({ url, model, state }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: noKey,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_SMALL_FAST_MODEL: model,
    CLAUDE_CONFIG_DIR: state,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
}

const opencode: Preset = {
  name: 'opencode',
  title: 'opencode',
  package: { name: 'opencode-ai', version: '1.18.33' },
  dialect: 'anthropic',
  // Its own launcher wants a script to have run at its installation, and then starts this.
  command: `"$${folderVariable}/node_modules/opencode-linux-${process.arch}/bin/opencode" acp`,
  environment: ({ url, model, state }) => ({
    XDG_DATA_HOME: `${state}/data`,
    XDG_CONFIG_HOME: `${state}/config`,
    XDG_CACHE_HOME: '/tmp/.opencode/cache',
    XDG_STATE_HOME: `${state}/state`,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      model: `anthropic/${model}`,
      small_model: `anthropic/${model}`,
      share: 'disabled',
      autoupdate: false,
      provider: {
        anthropic: { options: { baseURL: `${url}/v1`, apiKey: noKey }, models: { [model]: { name: model } } },
      },
    }),
  }),
}

const codexHome = '/tmp/.codex'
/** A value of its configuration file, as its command line takes them. */
const codexSetting = (name: string, value: string) => `-c "${name}=\\"${value}\\""`

const codex: Preset = {
  name: 'codex',
  title: 'Codex',
  package: { name: '@zed-industries/codex-acp', version: '0.16.0' },
  dialect: 'openai-responses',
  // Its own launcher is one process more; the program itself is another package for each platform.
  command: `sh -c 'mkdir -p "$CODEX_HOME" && exec "$${folderVariable}/node_modules/@zed-industries/codex-acp-linux-${process.arch}/bin/codex-acp" ${[
    codexSetting('model', '$CODEX_MODEL'),
    codexSetting('model_provider', 'mosaic'),
    codexSetting('model_providers.mosaic.name', 'mosaic'),
    codexSetting('model_providers.mosaic.base_url', '$CODEX_MODEL_URL/v1'),
    codexSetting('model_providers.mosaic.env_key', 'CODEX_API_KEY'),
    codexSetting('model_providers.mosaic.wire_api', 'responses'),
    codexSetting('web_search', 'disabled'),
    // It runs in ours, in which it cannot make another; before it does something it asks.
    codexSetting('sandbox_mode', 'danger-full-access'),
    codexSetting('approval_policy', 'untrusted'),
  ].join(' ')}'`,
  environment: ({ url, model }) => ({
    CODEX_HOME: codexHome,
    CODEX_MODEL_URL: url,
    CODEX_MODEL: model,
    CODEX_API_KEY: noKey,
  }),
}

const gemini: Preset = {
  name: 'gemini',
  title: 'Gemini CLI',
  package: { name: '@google/gemini-cli', version: '0.61.0' },
  dialect: 'gemini',
  // It would tell its maker how it is used, and waits for that a while where it may not.
  command: `sh -c 'mkdir -p "$GEMINI_CLI_HOME/.gemini" && echo "{\\"privacy\\":{\\"usageStatisticsEnabled\\":false}}" > "$GEMINI_CLI_HOME/.gemini/settings.json" && exec gemini --acp --model "$GEMINI_MODEL"'`,
  mode: 'default',
  environment: ({ url, model }) => ({
    GEMINI_CLI_HOME: '/tmp/.gemini-home',
    GEMINI_API_KEY: noKey,
    GEMINI_MODEL: model,
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_TELEMETRY_ENABLED: 'false',
  }),
}

/** An agent of a person's own, as configuration has it. `{url}`, `{model}` and `{state}` in its variables are where its model is, which, and a folder that is kept for it. */
export type OwnPreset = Pick<Preset, 'name' | 'title' | 'dialect' | 'command'> & {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** All that can be had. One of a person's own goes before ours of its name. */
export function presetsWith(own: readonly OwnPreset[]): ReadonlyMap<string, Preset> {
  const owns = own.map(
    ({ environment, ...preset }): Preset => ({
      ...preset,
      package: null,
      environment: ({ url, model, state }) =>
        Object.fromEntries(
          Object.entries(environment).map(([name, value]) => [
            name,
            value.replaceAll('{url}', url).replaceAll('{model}', model).replaceAll('{state}', state),
          ]),
        ),
    }),
  )
  return new Map([claudeCode, opencode, codex, gemini, ...owns].map((preset) => [preset.name, preset]))
}

/** Starts the agent with its input and output at a service of ours. */
export const startCommand = ({ command }: Preset, attach: string, target: string): string =>
  `exec node "$${attach}" ${shellWord(target)} sh -c ${shellWord(`exec ${command}`)}`
