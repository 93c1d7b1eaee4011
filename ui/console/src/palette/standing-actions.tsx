import { useNavigate } from '@solidjs/router'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { freeze, unfreeze } from '../actions/commands.ts'
import { open } from '../actions/overlay.ts'
import { type Action, offerActions } from '../actions/registry.ts'
import { gateway } from '../gateway.ts'
import { useMosaic } from '../app-context.ts'
import { setTheme } from '../ui/theme.ts'
import { notifyFailure } from '../ui/toast.tsx'

/** What can be done on every page. */
export function StandingActions() {
  const { may, pages } = useMosaic()
  const navigate = useNavigate()
  const visits = pages.flatMap((page): Action[] =>
    page.entry && may(page)
      ? [{ name: `Go to ${page.title}`, keys: ['g', page.entry.key], run: () => navigate(page.path) }]
      : [],
  )
  offerActions(() => [
    ...(may(gatewayRoutes.spawn)
      ? [{ name: 'Spawn an agent', keys: ['n'], run: () => open({ kind: 'spawn' }) } as const]
      : []),
    ...visits,
    ...(may(gatewayRoutes.freeze)
      ? [
          { name: 'Freeze the fleet: spawn nothing', run: () => void freeze() },
          { name: 'Unfreeze the fleet', run: () => void unfreeze() },
        ]
      : []),
    ...(may(gatewayRoutes.killAll) ? [{ name: 'Kill all agents…', run: () => open({ kind: 'kill-all' }) }] : []),
    { name: 'Theme: dark', run: () => setTheme('dark') },
    { name: 'Theme: light', run: () => setTheme('light') },
    { name: 'Theme: as the system', run: () => setTheme('system') },
    { name: 'List the shortcuts', keys: ['?'], run: () => open({ kind: 'shortcuts' }) },
    { name: 'Sign out', run: () => void signOut() },
  ])
  return null
}

async function signOut(): Promise<void> {
  try {
    await gateway.call(gatewayRoutes.signOut)
    // Everything that this page holds belongs to the sign-in that just ended.
    location.assign('/login')
  } catch (error) {
    notifyFailure('You are still signed in', error)
  }
}
