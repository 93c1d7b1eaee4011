import type { CodeHostKind } from '@mosaic/contracts/credential'
import { gitea } from './gitea.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import type { KindOfHost } from './kind-of-host.ts'

export const kinds: Readonly<Record<CodeHostKind, KindOfHost>> = { github, gitea, gitlab }
