import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import type { ModelDialect } from '@mosaic/contracts/credential'
import { type Clock, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { onPath } from '@mosaic/runtime'
import { runElsewhere } from '../../programs/starters.ts'
import type { Preset } from './presets.ts'

type Refusal = Rejection<'AGENT_UNKNOWN' | 'AGENT_NOT_INSTALLED'>

/** A registry far away and 700 MB. */
const installMs = 20 * 60_000

/** What is known of an agent here; who can answer its calls, others know. */
export type InstalledAgent = Omit<AgentPresetView, 'modelProviders'> & { readonly dialect: ModelDialect }

/** The agents of others that are installed for an instance: a folder for each, shown in sandboxes, written by nobody in there. */
export class InstalledAgents {
  readonly #root: string
  readonly #presets: ReadonlyMap<string, Preset>
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #installing = new Map<string, { readonly done: Promise<void>; readonly since: Date }>()
  readonly #clock: Clock
  /** Why the last try has failed. */
  readonly #problems = new Map<string, string>()

  /** @param environment Of this process: how npm finds its registry. */
  constructor(
    root: string,
    presets: ReadonlyMap<string, Preset>,
    environment: Readonly<Record<string, string | undefined>>,
    clock: Clock,
  ) {
    this.#root = root
    this.#presets = presets
    this.#environment = environment
    this.#clock = clock
  }

  get names(): string[] {
    return [...this.#presets.keys()]
  }

  /** The folder of an agent's programs, for sandboxes. */
  folderOf(name: string): Result<{ preset: Preset; folder: string }, Refusal> {
    const preset = this.#presets.get(name)
    if (!preset) return this.#unknown(name)
    const folder = this.#folder(preset)
    if (existsSync(preset.folder ?? join(folder, 'bin'))) return ok({ preset, folder })
    const message = preset.folder
      ? `${preset.title} is not there: ${folder} does not exist`
      : `${preset.title} is not installed on this machine: mosaic preset install ${name}`
    return err({ code: 'AGENT_NOT_INSTALLED', message, field: 'agent' })
  }

  list(): Promise<InstalledAgent[]> {
    return Promise.all([...this.#presets.values()].map((preset) => this.#view(preset)))
  }

  /** Begins to get it from npm's registry, and answers where that stands. */
  async install(name: string): Promise<Result<InstalledAgent, Refusal>> {
    const preset = this.#presets.get(name)
    if (!preset) return this.#unknown(name)
    if (preset.package && !this.#installing.has(name) && (await this.#versionOf(preset)) !== preset.package.version) {
      this.#problems.delete(name)
      const installing = this.#install(preset, preset.package)
        .catch((error: unknown) => void this.#problems.set(name, problemOf(error)))
        .finally(() => this.#installing.delete(name))
      this.#installing.set(name, { done: installing, since: this.#clock.now() })
    }
    return ok(await this.#view(preset))
  }

  async remove(name: string): Promise<Result<void, Refusal>> {
    const preset = this.#presets.get(name)
    if (!preset) return this.#unknown(name)
    await this.#installing.get(name)?.done
    this.#problems.delete(name)
    if (preset.package) await rm(this.#folder(preset), { recursive: true, force: true })
    return ok(undefined)
  }

  async #view(preset: Preset): Promise<InstalledAgent> {
    const { name, title } = preset
    const installedVersion = await this.#versionOf(preset)
    return {
      name,
      title,
      package: preset.package?.name ?? null,
      version: preset.package?.version ?? null,
      state: this.#installing.has(name) ? 'installing' : this.folderOf(name).ok ? 'installed' : 'absent',
      installingSince: this.#installing.get(name)?.since.toISOString() ?? null,
      installedVersion,
      dialect: preset.dialect,
      problem: this.#problems.get(name) ?? null,
    }
  }

  /** No script of a package is run: the agent runs in sandboxes alone, and so does all of it. @throws with npm's own words */
  async #install(preset: Preset, { name, version }: NonNullable<Preset['package']>): Promise<void> {
    const npm = onPath('npm')
    if (!npm) throw new Error('npm is not installed')
    const folder = this.#folder(preset)
    const making = `${folder}.making`
    try {
      await rm(making, { recursive: true, force: true })
      await mkdir(making, { recursive: true, mode: 0o755 })
      const manifest = { name: 'agent', private: true, dependencies: { [name]: version } }
      await writeFile(join(making, 'package.json'), JSON.stringify(manifest))
      // Whoever runs in a sandbox reads it: a stricter mask than this is for what is ours alone.
      const script = 'umask 022 && exec "$0" install --ignore-scripts --no-audit --no-fund --loglevel=error'
      const options = { cwd: making, env: this.#npmEnvironment(making), timeoutMs: installMs }
      const output = await runElsewhere(['/bin/sh', '-c', script, npm], options)
      if (output.timedOut) throw new Error('the registry took too long')
      if (output.code !== 0) throw new Error(output.stderr.trim().slice(-800) || `npm ended with ${output.code}`)
      await rm(join(making, '.npm'), { recursive: true, force: true })
      await symlink('node_modules/.bin', join(making, 'bin'))
      await rm(folder, { recursive: true, force: true })
      await rename(making, folder)
    } finally {
      await rm(making, { recursive: true, force: true })
    }
  }

  #unknown(name: string) {
    const message = `there is no agent ${name} to be had; there is: ${[...this.#presets.keys()].join(', ')}`
    return err({ code: 'AGENT_UNKNOWN', message, field: 'agent' } as const)
  }

  /** Registry, proxy and certificates are this machine's; keys of ours are not npm's to know. */
  #npmEnvironment(making: string): Record<string, string> {
    const passed = /^(?:npm_config_\w+|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file|path|home|lang)$/i
    const own = Object.entries(this.#environment).flatMap(([key, value]) =>
      value !== undefined && passed.test(key) ? [[key, value] as const] : [],
    )
    return { ...Object.fromEntries(own), npm_config_cache: join(making, '.npm') }
  }

  #folder({ name, folder }: Preset): string {
    return folder ?? join(this.#root, name)
  }

  async #versionOf(preset: Preset): Promise<string | null> {
    const folder = this.#folder(preset)
    if (!preset.package || !existsSync(join(folder, 'bin'))) return null
    const manifest: unknown = JSON.parse(
      await readFile(join(folder, 'node_modules', preset.package.name, 'package.json'), 'utf8').catch(() => '{}'),
    )
    const { version } = manifest as { version?: unknown }
    return typeof version === 'string' ? version : null
  }
}

const problemOf = (error: unknown): string => (error instanceof Error && error.message) || 'npm said nothing of why'
