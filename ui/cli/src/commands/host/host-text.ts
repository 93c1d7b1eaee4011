import type { CodeHostView } from '@mosaic/contracts/credential'
import pc from 'picocolors'
import { harmless } from '../../format/text.ts'
import { table } from '../../format/table.ts'

export const hostLine = ({ name, kind, host, apiUrl, maskedToken }: CodeHostView): string =>
  `${pc.bold(name)}: repositories at ${harmless(host ?? '')} (${kind}, ${harmless(apiUrl ?? '')}), token ${maskedToken ?? ''}`

export const hostTable = (hosts: readonly CodeHostView[]): string =>
  table(
    ['name', 'kind', 'repositories at', 'API', 'token', 'problem'],
    hosts.map(({ name, kind, host, apiUrl, maskedToken, problem }) => [
      name,
      kind,
      harmless(host ?? ''),
      harmless(apiUrl ?? ''),
      maskedToken ?? '',
      pc.red(harmless(problem ?? '')),
    ]),
  )
