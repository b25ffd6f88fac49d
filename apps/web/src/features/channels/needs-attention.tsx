import type { Link } from '@fairlead/contract'
import { Plural, Trans } from '@lingui/react/macro'
import { Button } from '../../ui/button.tsx'
import { CauseBar } from '../../ui/note.tsx'

interface NeedsAttentionProps {
  readonly links: readonly Link[]
  readonly onMend: (link: Link) => void
  readonly onManage: (link: Link) => void
}

/** Delivery channels that a person has to mend, or whose mail has no way out; each with the one thing to do. */
export function NeedsAttention({ links, onMend, onManage }: NeedsAttentionProps) {
  const broken = links.filter(
    ({ state, health }) => state === 'needs-attention' || (state === 'removed' && health.waiting > 0),
  )
  return (
    <div className="col gap-2 empty:hidden" aria-live="polite">
      {broken.map(link => (
        <CauseBar
          key={link.id}
          title={<Title link={link} />}
          action={
            link.state === 'removed' ? (
              <Button size="sm" onClick={() => onManage(link)}>
                <Trans>Move waiting mail</Trans>
              </Button>
            ) : link.mayChange && link.kind !== 'managed' ? (
              <Button size="sm" onClick={() => onMend(link)}>
                <Trans>Reconnect</Trans>
              </Button>
            ) : null
          }
        >
          {link.reason?.sentence ?? link.health.sentence}
        </CauseBar>
      ))}
    </div>
  )
}

function Title({ link: { name, state, health } }: { readonly link: Link }) {
  const { waiting } = health
  if (state === 'removed')
    return (
      <Plural
        value={waiting}
        one={`# email waits for ${name}, which was removed.`}
        other={`# emails wait for ${name}, which was removed.`}
      />
    )
  if (waiting === 0) return <Trans>{name} needs attention.</Trans>
  return (
    <Plural
      value={waiting}
      one={`${name} needs attention: # email waits.`}
      other={`${name} needs attention: # emails wait.`}
    />
  )
}
