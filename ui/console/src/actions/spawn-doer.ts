import type { AgentPresetView, AgentProviderView } from '@mosaic/contracts/agent-provider'

/** Who does the work of a spawn. */
export type Doer =
  | { readonly kind: 'own' }
  /** An agent of another maker, which runs here. */
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'terminal' }
  /** Whatever runs at a configured provider; its kind is the runtime's. */
  | { readonly kind: 'provider'; readonly runtime: string; readonly name: string }

/** As one line, for a field. */
export function doerChoice(doer: Doer): string {
  switch (doer.kind) {
    case 'own':
    case 'terminal':
      return doer.kind
    case 'preset':
      return `preset ${doer.name}`
    case 'provider':
      return `provider ${doer.runtime} ${doer.name}`
  }
}

export function doerOf(choice: string): Doer {
  const [kind, one = '', other = ''] = choice.split(' ')
  if (kind === 'terminal') return { kind }
  if (kind === 'preset') return { kind, name: one }
  if (kind === 'provider') return { kind, runtime: one, name: other }
  return { kind: 'own' }
}

type Option = { readonly value: string; readonly word: string }
type Group = { readonly title: string; readonly options: readonly Option[] }

/** All that can be chosen, besides Mosaic's own. Providers that are switched off begin nothing. */
export function otherDoers(
  presets: readonly Pick<AgentPresetView, 'name' | 'title' | 'state'>[],
  providers: readonly Pick<AgentProviderView, 'name' | 'kind' | 'isActive' | 'state'>[],
): Group[] {
  const groups: Group[] = [
    {
      title: 'Agents of other makers',
      options: presets.map(({ name, title, state }) => ({
        value: doerChoice({ kind: 'preset', name }),
        word: state === 'installed' ? title : `${title} (not installed)`,
      })),
    },
    { title: 'Terminals', options: [{ value: doerChoice({ kind: 'terminal' }), word: 'A program in a terminal' }] },
    {
      title: 'Providers',
      options: providers
        .filter(({ isActive }) => isActive)
        .map(({ name, kind, state }) => ({
          value: doerChoice({ kind: 'provider', runtime: kind, name }),
          word: state === 'unreachable' ? `${name} (unreachable)` : name,
        })),
    },
  ]
  return groups.filter(({ options }) => options.length > 0)
}
