import Bot from 'lucide-solid/icons/bot'
import LayoutGrid from 'lucide-solid/icons/layout-grid'
import Plug from 'lucide-solid/icons/plug'
import ScrollText from 'lucide-solid/icons/scroll-text'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { lazy } from 'solid-js'
import type { Pages } from './page.ts'

/** The first one is where one begins. */
export const pages: Pages = [
  {
    path: '/mission-control',
    title: 'Mission Control',
    role: 'observer',
    component: lazy(() => import('./mission-control/mission-control.tsx')),
    entry: { icon: LayoutGrid, key: 'm' },
  },
  {
    path: '/audit',
    title: 'Audit log',
    role: 'observer',
    component: lazy(() => import('./audit/audit-page.tsx')),
    entry: { icon: ScrollText, key: 'a' },
  },
  {
    path: '/settings/agents',
    title: 'Agents',
    role: 'observer',
    component: lazy(() => import('./agents/agents-page.tsx')),
    entry: { icon: Bot, key: 'n' },
  },
  {
    path: '/settings/providers',
    title: 'Providers',
    role: 'observer',
    component: lazy(() => import('./providers/providers-page.tsx')),
    entry: { icon: Plug, key: 'v' },
  },
  {
    path: '/settings/approvals',
    title: 'Approvals',
    role: 'observer',
    component: lazy(() => import('./approvals/approvals-page.tsx')),
    entry: { icon: ShieldCheck, key: 'p' },
  },
  {
    path: '/sessions/:id',
    title: 'Session',
    role: 'observer',
    component: lazy(() => import('./session/session-page.tsx')),
  },
]
