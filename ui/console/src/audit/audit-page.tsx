import { useSearchParams } from '@solidjs/router'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { type AuditFilter, AuditLog } from './audit-log.tsx'

/** The audit log over the whole page. What it is narrowed to is in the address. */
export default function AuditPage() {
  const [query, setQuery] = useSearchParams<{ action?: string; session?: string }>()
  const filter = (): AuditFilter => ({ action: String(query.action ?? ''), sessionId: String(query.session ?? '') })
  const narrow = ({ action, sessionId }: AuditFilter) =>
    setQuery({ action: action || undefined, session: sessionId || undefined }, { replace: true })
  return (
    <div class="flex h-full flex-col">
      <Header />
      <Banners />
      <main aria-label="Audit log" class="flex min-h-0 flex-1 flex-col bg-overlay pt-3">
        <AuditLog filter={filter()} onFilter={narrow} />
      </main>
    </div>
  )
}
