import { join } from 'node:path'
import type { WorkshopView } from '@mosaic/contracts/http'
import type { Logger } from '@mosaic/runtime'
import { authorsOf, type Configuration, mostKeptBytesOf, proxyOf, quotaOf } from './configuration.ts'
import { createGitWorkspace, type GitWorkspace } from './git/index.ts'
import {
  allAuthorities,
  type ChooseProvider,
  type Confine,
  confinement,
  dockerEngineOf,
  providerChooser,
  type SandboxProvider,
  sandboxProviders,
} from './sandbox/index.ts'
import { networkOf } from './machine-network.ts'

/** With what agents' work is done on this machine, whatever runs them. */
export type Workshop = {
  readonly git: GitWorkspace
  readonly sandboxes: readonly SandboxProvider[]
  readonly chooseSandbox: ChooseProvider
  readonly confine: Confine
  /** What was found here when it was last looked. */
  view(): WorkshopView
}

export function createWorkshop(config: Configuration, logger: Logger): Workshop {
  const way = networkOf(config, logger)
  const sandboxes = sandboxProviders({
    docker: { engine: dockerEngineOf(config) },
    agentUid: config.MOSAIC_AGENT_UID,
    quota: quotaOf(config),
    ...way,
  })
  const confine = confinement(sandboxes)
  const git = createGitWorkspace({
    root: join(config.MOSAIC_DATA_DIR, 'git'),
    home: config.HOME,
    confine,
    originHooks: config.MOSAIC_GIT_ORIGIN_HOOKS,
    mostKeptBytes: mostKeptBytesOf(config),
    way: { proxy: proxyOf(config), certificates: way.authorities && allAuthorities(way.authorities) },
    ...authorsOf(config),
    ...(config.SUDO_UID !== undefined && { sudoUid: config.SUDO_UID }),
    ...(config.SSH_AUTH_SOCK && { sshAuthSock: config.SSH_AUTH_SOCK }),
  })
  if (config.MOSAIC_GIT_ORIGIN_HOOKS === 'own') {
    logger.warn('hooks of local repositories of this user run after a push, outside of any sandbox')
  }
  if (config.YOLO_MODE) logger.warn('YOLO_MODE: changes of agents pass no quality gates')
  const choose = providerChooser(sandboxes, config.MOSAIC_SANDBOX)
  let found: Awaited<ReturnType<ChooseProvider>> | undefined
  return {
    git,
    sandboxes,
    confine,
    async chooseSandbox(wish) {
      const choice = await choose(wish)
      if (wish === undefined) found = choice
      return choice
    },
    view: () => ({
      sandbox: found?.ok ? { kind: found.value.provider.kind, guarantees: found.value.guarantees } : null,
      problem: found === undefined || found.ok ? null : found.error.message,
      originHooks: config.MOSAIC_GIT_ORIGIN_HOOKS,
      gates: config.YOLO_MODE ? 'off' : 'on',
    }),
  }
}
