import { z } from 'zod'
import { hostRule, type Network } from '../agent-session/index.ts'

/** Where a repository's settings stand: at its root, on the branch that an agent starts from. */
export const settingsFile = 'mosaic.yaml'
export const maximumSettingsBytes = 64 * 1024

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !/\p{Cc}/u.test(text), { error: 'expected one line' })

/** A path that stays below the folder that it begins at. */
const pathBelow = line(500)
  .refine((path) => !path.startsWith('/'), { error: 'expected a path without a leading "/"' })
  .refine((path) => !path.split('/').includes('..'), { error: 'expected a path without ".."' })
  .transform((path) => path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.')

/** Set by Mosaic itself, or never to be seen by an agent. */
const reserved = /^(?:MOSAIC_\w*|ANTHROPIC_(?:API_KEY|AUTH_TOKEN)|PATH|HOME|TMPDIR)$/
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, { error: 'expected the name of an environment variable' })
  .refine((name) => !reserved.test(name), { error: 'this variable is not for a repository to set or to see' })

/** As a person writes it: `none`, or `hosts:` with a list. */
const reach = z
  .union([z.literal('none'), z.strictObject({ hosts: z.array(hostRule).min(1).max(200) })])
  .transform((given): Network => (given === 'none' ? { kind: 'none' } : { kind: 'hosts', hosts: given.hosts }))

export const cacheKind = z.enum(['npm', 'pnpm', 'pip', 'cargo', 'go'])
export type CacheKind = z.infer<typeof cacheKind>

const setupStep = z.strictObject({
  name: line(60),
  /** For `sh -c`, in the working folder. */
  run: z.string().trim().min(1).max(8000),
  /** Files whose contents decide, beside the command, whether an earlier result still holds. */
  inputs: z.array(pathBelow).max(50).default([]),
  /** What it makes that is kept and given to the next agent. Without any the step is run for each. */
  outputs: z
    .array(pathBelow.refine((path) => path !== '.', { error: 'expected something below the working folder' }))
    .max(20)
    .default([]),
  hosts: z.array(hostRule).max(100).default([]),
  /** Variables of Mosaic's own environment that this step is given. */
  pass: z.array(variable).max(50).default([]),
  minutes: z.int().min(1).max(120).default(15),
})
export type SetupStep = z.infer<typeof setupStep>

/** A name that two steps share would say nothing. */
const steps = z
  .array(setupStep)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, { error: 'expected names that differ' })

/** One or more blocks of PEM, with whatever a bundle says between them. */
const certificates = z
  .string()
  .max(48 * 1024)
  .refine((text) => text.includes('-----BEGIN CERTIFICATE-----'), { error: 'expected certificates in PEM form' })

/** By the grammar of OCI references: `[registry/]name[/name…][:tag][@digest]`. */
const [registry, part] = ['[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?', '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*']
const reference = `^(?:${registry}/)?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`
const image = line(300).regex(new RegExp(reference), {
  error: 'expected an image, like node:22 or ghcr.io/you/thing:1',
})

/** As a person writes it: a command, or a command with more. `none` is stated to have nothing to run. */
const asCommand = (given: unknown) => (typeof given === 'string' ? { run: given } : given)
const command = z.string({ error: 'expected a command, or none' }).trim().min(1).max(8000)
const minutes = z.int().min(1).max(120).default(15)
const gate = z.preprocess(
  asCommand,
  z
    .strictObject({ run: command, minutes }, { error: 'expected a command, or none' })
    .transform((given) => (given.run === 'none' ? ('none' as const) : given)),
)

/** Which lines of what the report names have to be covered, in percent. */
const coverage = z.preprocess(
  asCommand,
  z
    .strictObject(
      {
        /** Found in the repository where it is not stated. */
        run: command.optional(),
        /** Which it writes: lcov, or a profile of Go's. */
        report: pathBelow.default('coverage/lcov.info'),
        of: z.enum(['changed', 'repository']).default('changed'),
        least: z.number().min(0).max(100).default(85),
        minutes,
      },
      { error: 'expected a command, or none' },
    )
    .transform((given) => (given.run === 'none' ? ('none' as const) : given)),
)

/** What changes of agents have to pass; what is not stated is found in the repository. */
const gates = z.strictObject({
  types: gate.optional(),
  lint: gate.optional(),
  tests: gate.optional(),
  coverage: coverage.optional(),
  build: gate.optional(),
})

/** What an agent's sandbox has for a repository, and what is run in it before the agent starts. Paths are below `workdir`. */
export const repositorySettings = z.strictObject({
  workdir: pathBelow.default('.'),
  setup: steps.default([]),
  caches: z.array(cacheKind).default([]),
  /** By the name under which this machine has them: `nvm:v22.3.0`, `pyenv:3.12.1`, `/opt/thing`. */
  toolchains: z.array(line(200)).max(20).default([]),
  environment: z
    .record(variable, z.union([z.string().max(8000), z.number(), z.boolean()]).transform(String))
    .default({}),
  /** Variables of Mosaic's own environment that all commands are given: never logged, and covered wherever they show. */
  pass: z.array(variable).max(50).default([]),
  /** For Docker. */
  image: image.optional(),
  /** Of authorities that programs in sandboxes trust besides those that they trust anyway. */
  certificates: certificates.optional(),
  /** Whom the agent's own commands reach. */
  network: reach.default({ kind: 'none' }),
  gates: gates.default({}),
})
export type RepositorySettings = z.infer<typeof repositorySettings>

/** SHA-256 of the settings' text, in hexadecimal. */
export const settingsHash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hexadecimal' })

/** Whose they are: the repository's own file, or an operator's, which goes before it. */
export const settingsSource = z.enum(['repository', 'operator'])
export type SettingsSource = z.infer<typeof settingsSource>
