import type { SessionView } from '@mosaic/contracts/agent-session'

type Terms = Pick<SessionView, 'budget' | 'network' | 'skills' | 'labels' | 'timeoutSeconds'>

/** What was asked for of what it may use, and where it may run; a row each, empty where nothing was. */
export const termsRows = ({ budget, network, skills, labels, timeoutSeconds }: Terms): [string, string | null][] => [
  ['budget', budget && limitsText(budget)],
  ['network', network && (network.kind === 'none' ? 'none' : network.hosts.join(', '))],
  ['skills', skills && (skills.join(', ') || 'none')],
  ['labels', labels.join(', ') || null],
  ['time limit', timeoutSeconds === null ? null : `${timeoutSeconds} s`],
]

const limitsText = ({ usd, tokens, wallSeconds, policy }: NonNullable<Terms['budget']>) =>
  [
    usd !== undefined && `$${usd}`,
    tokens !== undefined && `${tokens} tokens`,
    wallSeconds !== undefined && `${wallSeconds} s`,
    policy === 'stop' && 'fails once it is used up',
  ]
    .filter(Boolean)
    .join(', ')
