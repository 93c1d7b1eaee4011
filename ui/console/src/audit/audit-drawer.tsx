import { createSignal } from 'solid-js'
import { Dialog } from '../ui/dialog.tsx'
import { type AuditFilter, AuditLog } from './audit-log.tsx'

/** The audit log beside whatever is on the page. */
export default function AuditDrawer(props: { onClose: () => void }) {
  const [filter, setFilter] = createSignal<AuditFilter>({ action: '', sessionId: '' })
  return (
    <Dialog title="Audit log" description="What people did, newest first." shape="drawer" onClose={props.onClose}>
      <AuditLog filter={filter()} onFilter={setFilter} onLeave={props.onClose} />
    </Dialog>
  )
}
