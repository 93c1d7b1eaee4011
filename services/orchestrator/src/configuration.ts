import { availableParallelism, homedir, totalmem } from 'node:os'
import { agentName, agentType, sandboxKind, stuckPolicy, workerLabel } from '@mosaic/contracts/agent-session'
import { contextTokens, modelDialect, modelPrice } from '@mosaic/contracts/credential'
import { uuid, workspaceId } from '@mosaic/contracts/kernel'
import { isMasterKeys } from '@mosaic/credentials'
import { readNetworks } from '@mosaic/outgoing'
import { servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'
import type { SpawnLimits } from './features/spawn-agent/limits.ts'
import { defaultMostKeptBytes } from './git/index.ts'
import type { Ages } from './retention/index.ts'
import { defaultAgentUid, defaultQuota, type DiskQuota } from './sandbox/index.ts'
import type { StuckRules } from './stuck/index.ts'

const seconds = (most: number) => z.coerce.number<string>().positive().max(most)

/** What git takes for the name or the address of a person. */
const identity = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^<>\p{Cc}]+$/u, 'expected no control characters, "<" or ">"')

const megabyte = 1024 ** 2

const days = z.coerce.number<string>().positive().max(100_000)
const dayMs = 86_400_000

const networks = z.string().transform((text, context) => {
  const read = readNetworks(text)
  if (read) return read
  context.addIssue('expected networks such as 127.0.0.0/8, separated by commas')
  return z.NEVER
})

const count = z.coerce.number<string>().int().min(1).max(100_000)

/** What a hundred agents at once were measured to need on two cores, and room beside them for what they start. */
const defaultAgents = () => {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity)
  return Math.max(1, Math.min(100, 50 * availableParallelism(), Math.floor(memory / (40 * megabyte))))
}

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    context.addIssue('is not JSON')
    return z.NEVER
  }
})

/** JSON: what is known of models, by the beginning of their names. Prices are US dollars per million tokens. */
const modelFacts = json.pipe(
  z.array(
    z.strictObject({
      prefix: z.string().min(1),
      price: modelPrice.optional(),
      contextTokens: contextTokens.optional(),
    }),
  ),
)

/** JSON: models under names of their own, and whose they are by default. */
const modelRoutes = json.pipe(
  z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'expected small letters, digits and hyphens, a letter first'),
      models: z.array(z.string().trim().min(1).max(500)).min(1).max(10),
      agentTypes: z.array(agentType).default([]),
    }),
  ),
)

/** JSON: agents of a person's own that speak the Agent Client Protocol. */
const agentPresets = json.pipe(
  z.array(
    z.strictObject({
      name: agentName,
      title: z.string().trim().min(1).max(80),
      folder: z.string().startsWith('/', 'expected an absolute path'),
      command: z.string().trim().min(1).max(4000),
      dialect: modelDialect.default('anthropic'),
      environment: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).default({}),
    }),
  ),
)

const workerLabels = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(workerLabel).max(50))

/** The orchestrator's environment. */
export const configuration = z.object({
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.orchestrator),
  /** Where the killer listens, the process that ends agents when this one does not get to it; any port when not given. */
  MOSAIC_KILLER_PORT: variables.port.default(0),
  MOSAIC_DATA_DIR: z.string().startsWith('/', 'expected an absolute path'),
  MOSAIC_INSTANCE_ID: z.string().min(1).max(100).default('local'),
  MOSAIC_WORKSPACE_ID: workspaceId.default('default'),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
  /** Who decides about quality gates; absent: what has to pass them is refused. */
  MOSAIC_COORDINATOR_URL: variables.url.optional(),
  /** Where the coordinator asks for gates to be run; where this process listens when it is not given. */
  MOSAIC_ORCHESTRATOR_URL: variables.url.optional(),
  /** How long a coordinator that is away is asked again. */
  MOSAIC_GATES_PATIENCE_SECONDS: seconds(86_400).default(60),
  /** Changes of all agents pass unseen: each time stands in the log, and the console says so. */
  YOLO_MODE: z.stringbool().default(false),
  MOSAIC_SCRIPTED_MODEL_URL: variables.url.optional(),
  /** Where it is not the service token: a worker that has joined does not know that of the instance. */
  MOSAIC_SCRIPTED_MODEL_KEY: z.string().min(1).optional(),
  /** The model of agents that are spawned without one, where Anthropic is configured. */
  MOSAIC_MODEL: z.string().min(1).max(200).default('claude-sonnet-5-5'),
  /** What credentials are sealed with instead of a key in the data folder: 32 bytes in base64. Those after a comma open only. */
  MOSAIC_MASTER_KEY: z
    .string()
    .refine(isMasterKeys, 'expected 32 bytes in base64, several separated by commas')
    .optional(),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_BASE_URL: variables.url.optional(),
  /** How long a model that turns us away, or cannot be reached, is tried again. Until then an agent waits, and says so. */
  MOSAIC_MODEL_PATIENCE_SECONDS: seconds(86_400).default(21_600),
  MOSAIC_MODEL_UNREACHABLE_SECONDS: seconds(86_400).default(3600),
  /** How long its answer is waited for: the first byte, a silence within it, the whole of it. */
  MOSAIC_MODEL_FIRST_BYTE_SECONDS: seconds(86_400).default(300),
  MOSAIC_MODEL_SILENCE_SECONDS: seconds(86_400).default(120),
  MOSAIC_MODEL_ANSWER_SECONDS: seconds(86_400).default(1800),
  /** Prices and windows of models, before those that are known: `[{"prefix":"llama","price":{"input":0,"output":0}}]`. */
  MOSAIC_MODEL_FACTS: modelFacts.optional(),
  /** Models that are asked one while the other cannot be had: `[{"name":"careful","models":["a:m","b:n"],"agentTypes":["reviewer"]}]`. */
  MOSAIC_MODEL_ROUTES: modelRoutes.optional(),
  /** Agents besides those that are known: `[{"name":"mine","title":"Mine","folder":"/opt/mine","command":"mine --acp","environment":{"ANTHROPIC_BASE_URL":"{url}"}}]`. */
  MOSAIC_AGENT_PRESETS: agentPresets.optional(),
  /** Private networks in which agent providers may be, CIDRs separated by commas: `127.0.0.0/8,10.1.0.0/16`. None when not given. */
  MOSAIC_PROVIDER_NETWORKS: networks.optional(),
  /** Longest answer, in tokens. */
  MOSAIC_MODEL_MAX_TOKENS: z.coerce.number<string>().int().min(1).max(1_000_000).default(32_000),
  /** Longest life of a session. */
  MOSAIC_SESSION_HOURS: z.coerce.number<string>().positive().max(1_000_000).default(24),
  /** What agents run in that are spawned without a wish; the best that works here when not given, never plain processes. */
  MOSAIC_SANDBOX: sandboxKind.optional(),
  /** What an agent's worktree may hold, and what agents leave free on the disk. */
  MOSAIC_WORKTREE_MB: z.coerce
    .number<string>()
    .positive()
    .default(defaultQuota.bytes / megabyte),
  MOSAIC_WORKTREE_FILES: z.coerce.number<string>().int().positive().default(defaultQuota.files),
  MOSAIC_DISK_RESERVE_MB: z.coerce
    .number<string>()
    .min(0)
    .default(defaultQuota.reserveBytes / megabyte),
  /** When an agent is taken to be stuck: minutes without a new fact, repeats of a call or an error; and what is done then. */
  MOSAIC_STUCK_MINUTES: z.coerce.number<string>().positive().max(100_000).default(10),
  MOSAIC_STUCK_REPEATS: z.coerce.number<string>().int().min(2).max(1000).default(5),
  MOSAIC_STUCK_POLICY: stuckPolicy.default('flag'),
  /** How long after a session's end what is kept of it stays, and how long mirrors that nobody uses; in days. */
  MOSAIC_RETAIN_CHECKPOINT_DAYS: days.default(7),
  MOSAIC_RETAIN_BRANCH_DAYS: days.default(90),
  MOSAIC_RETAIN_MIRROR_DAYS: days.default(90),
  /** What was not committed and nobody has decided about; for ever where it is not said. */
  MOSAIC_RETAIN_UNCOMMITTED_DAYS: days.optional(),
  /** How much is kept at most of what a session has not committed; more stays in its worktree. */
  MOSAIC_KEEP_MB: z.coerce
    .number<string>()
    .positive()
    .default(defaultMostKeptBytes / megabyte),
  /**
   * How many agents there may be: levels of agents that spawn agents, living children of one agent, living agents of one
   * mission. Who asks for more is refused.
   */
  MOSAIC_LIMIT_DEPTH: count.default(5),
  MOSAIC_LIMIT_CHILDREN: count.default(20),
  MOSAIC_LIMIT_MISSION: count.default(50),
  /** Which worker this is: by a file in the data folder when it is not given; and how it is called, by the host's name. */
  MOSAIC_WORKER_ID: uuid.optional(),
  MOSAIC_WORKER_NAME: z.string().min(1).max(80).optional(),
  /** What agents may ask of the machine that runs them, separated by commas: `gpu,eu`. */
  MOSAIC_WORKER_LABELS: workerLabels.optional(),
  /** How many agents this worker runs at once, beside `MOSAIC_LIMIT_INSTANCE`; as many as that when not given. */
  MOSAIC_WORKER_SLOTS: count.optional(),
  /** Where workers that join find the engines and the coordinator, where that is not where this process finds them. */
  MOSAIC_JOIN_EVENTSTORE_URL: variables.url.optional(),
  MOSAIC_JOIN_NATS_URL: variables.url.optional(),
  MOSAIC_JOIN_COORDINATOR_URL: variables.url.optional(),
  /** Agents that live at once, all in all; others wait for their turn. By cores and memory, and at most 100, when not given. */
  MOSAIC_LIMIT_INSTANCE: count.default(defaultAgents),
  /** As whom agents' programs run when Mosaic is run by root: a user of the host, never root itself. */
  MOSAIC_AGENT_UID: z.coerce.number<string>().int().min(1).max(4_294_967_294).default(defaultAgentUid),
  /** `own`: after a push, hooks of local repositories that belong to the orchestrator's user run, with its rights. */
  MOSAIC_GIT_ORIGIN_HOOKS: z.enum(['off', 'own']).default('off'),
  /** Whom agents' commits name; the committer is the author where it is not another. */
  MOSAIC_GIT_AUTHOR_NAME: identity.default('Mosaic'),
  MOSAIC_GIT_AUTHOR_EMAIL: identity.default('agents@mosaic.invalid'),
  MOSAIC_GIT_COMMITTER_NAME: identity.optional(),
  MOSAIC_GIT_COMMITTER_EMAIL: identity.optional(),
  /** Who asked for root: git lets root use that user's repositories. */
  SUDO_UID: z.coerce.number<string>().int().nonnegative().optional(),
  /** A company's certificates, in PEM form: programs in sandboxes trust them besides all others. */
  MOSAIC_CA_BUNDLE: z.string().startsWith('/', 'expected an absolute path').optional(),
  /** A proxy that this machine has to go through itself, and for what it need not. */
  HTTPS_PROXY: z.string().optional(),
  https_proxy: z.string().optional(),
  NO_PROXY: z.string().optional(),
  no_proxy: z.string().optional(),
  HOME: z.string().default(homedir()),
  SSH_AUTH_SOCK: z.string().optional(),
  /** Where the Docker Engine is, when not at its usual socket; and whether it is spoken to by TLS, with which certificates. */
  DOCKER_HOST: z
    .string()
    .regex(/^(unix:\/\/\/.+|tcp:\/\/[^/]+\/?)?$/, 'expected unix:///path or tcp://host:port')
    .optional(),
  DOCKER_TLS_VERIFY: z.string().optional(),
  DOCKER_CERT_PATH: z.string().optional(),
})

export type Configuration = z.output<typeof configuration>

export const limitsOf = (config: Configuration): SpawnLimits => ({
  depth: config.MOSAIC_LIMIT_DEPTH,
  children: config.MOSAIC_LIMIT_CHILDREN,
  mission: config.MOSAIC_LIMIT_MISSION,
})

export function authorsOf(config: Configuration) {
  const author = { name: config.MOSAIC_GIT_AUTHOR_NAME, email: config.MOSAIC_GIT_AUTHOR_EMAIL }
  const { MOSAIC_GIT_COMMITTER_NAME: name, MOSAIC_GIT_COMMITTER_EMAIL: email } = config
  return { author, committer: { name: name ?? author.name, email: email ?? author.email } }
}

export const stuckRulesOf = (config: Configuration): StuckRules => ({
  limits: { silentMs: config.MOSAIC_STUCK_MINUTES * 60_000, repeats: config.MOSAIC_STUCK_REPEATS },
  policy: config.MOSAIC_STUCK_POLICY,
})

export const agesOf = (config: Configuration): Ages => ({
  checkpoints: config.MOSAIC_RETAIN_CHECKPOINT_DAYS * dayMs,
  branches: config.MOSAIC_RETAIN_BRANCH_DAYS * dayMs,
  mirrors: config.MOSAIC_RETAIN_MIRROR_DAYS * dayMs,
  uncommitted:
    config.MOSAIC_RETAIN_UNCOMMITTED_DAYS === undefined ? null : config.MOSAIC_RETAIN_UNCOMMITTED_DAYS * dayMs,
})

export const mostKeptBytesOf = (config: Configuration): number => config.MOSAIC_KEEP_MB * megabyte

export const quotaOf = (config: Configuration): DiskQuota => ({
  bytes: config.MOSAIC_WORKTREE_MB * megabyte,
  files: config.MOSAIC_WORKTREE_FILES,
  reserveBytes: config.MOSAIC_DISK_RESERVE_MB * megabyte,
})

/** Under either of their names; an empty one is none. */
export const proxyOf = ({ HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy }: Configuration) => {
  const address = https_proxy || HTTPS_PROXY
  if (!address) return undefined
  return { address: address.includes('://') ? address : `http://${address}`, except: no_proxy ?? NO_PROXY ?? '' }
}
