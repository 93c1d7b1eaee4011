import { scopeWords } from '@mosaic/contracts/fleet'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { keepPreviousData, useQuery } from '@tanstack/solid-query'
import Snowflake from 'lucide-solid/icons/snowflake'
import { For, Show } from 'solid-js'
import { unfreeze } from '../actions/commands.ts'
import { useMosaic } from '../app-context.ts'
import { gateway } from '../gateway.ts'
import { age } from '../time/format.ts'
import { now } from '../time/now.ts'
import { Button } from '../ui/button.tsx'
import { Banner } from './banner.tsx'

/** What nobody can spawn at present, since when and by whom; and the way out of it. */
export function FreezeBanner() {
  const { fleet, may } = useMosaic()
  const frozen = useQuery(() => ({
    queryKey: ['fleet', fleet.changedAt()],
    queryFn: () => gateway.call(gatewayRoutes.fleet, { query: { after: fleet.changedAt() } }),
    placeholderData: keepPreviousData,
  }))
  return (
    <For each={frozen.data?.freezes}>
      {({ scope, reason, frozenAt, frozenBy }) => (
        <Banner tone="waiting" icon={<Snowflake size={14} />} title={`Frozen: ${scopeWords(scope)}`}>
          <span class="truncate">
            Nothing is spawned. By {frozenBy.name ?? frozenBy.id}, {since(frozenAt)}
            {reason ? `: ${reason}` : ''}
          </span>
          <Show when={may(gatewayRoutes.unfreeze)}>
            <Button size="sm" class="ml-auto" onClick={() => void unfreeze()}>
              Unfreeze
            </Button>
          </Show>
        </Banner>
      )}
    </For>
  )
}

function since(moment: string): string {
  const past = age(Math.max(now() - Date.parse(moment), 0))
  return past === 'now' ? 'just now' : `${past} ago`
}
