import type { RecipientView } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { usePlacesForMember } from '../../shell/places-for-member.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Tick } from '../../ui/pill.tsx'

interface AdviceProps {
  readonly view: RecipientView
  readonly onChannel: (linkId: string) => void
}

/** The channel that fits best, why, and what one gives up by it. It switches when pressed, never by itself. */
export function Recommendation({ view, onChannel }: AdviceProps) {
  const best = view.recommendation
  if (best === null) return <AuthenticateInstead view={view} />
  const { name, isChosen, reasons, tradeOffs } = best
  return (
    <section className="rec">
      <h3>
        <ChannelGlyph kind={best.channel} />
        <span role="status">
          {isChosen ? <Trans>{name} is a good pick</Trans> : <Trans>{name} is the better pick</Trans>}
        </span>
      </h3>
      <ul>
        {reasons.map(({ code, sentence }) => (
          <li key={code}>
            <Icon name="check" size="sm" className="text-ok" />
            <span>{sentence}</span>
          </li>
        ))}
        {tradeOffs.map(({ code, sentence }) => (
          <li key={code}>
            <Icon
              name={code === 'none' ? 'check' : 'alert'}
              size="sm"
              className={code === 'none' ? 'text-ok' : 'text-warn'}
            />
            <span>{sentence}</span>
          </li>
        ))}
      </ul>
      <div className="rec-f">
        {!isChosen && (
          <Button look="primary" size="sm" onClick={() => onChannel(best.linkId)}>
            <Trans>Switch to {name}</Trans>
          </Button>
        )}
        <AuthenticateInstead view={view} />
      </div>
    </section>
  )
}

/** The way to where the via tag goes away for good; for an admin, while there is one. */
function AuthenticateInstead({ view }: Pick<AdviceProps, 'view'>) {
  const domains = usePlacesForMember().find(({ to }) => to.endsWith('/domains'))
  if (view.gmail.value.via === null || view.isSwapped || domains === undefined) return null
  return (
    <Link to={domains.to} className={buttonClass({ size: 'sm', look: 'ghost' })}>
      <Trans>Authenticate the domain instead</Trans>
    </Link>
  )
}

/** A policy that would keep the email from arriving, with the channels that pass. */
export function PolicyNote({ view, onChannel }: AdviceProps) {
  const { disposition } = view.authentication.value.dmarc
  if (disposition === 'none') return null
  const passing = view.choices.filter(
    ({ isChosen, isHealthy, dmarc }) => !isChosen && isHealthy && (dmarc === 'pass' || dmarc === 'none'),
  )
  return (
    <Note tone={disposition === 'reject' ? 'bad' : 'warn'}>
      <p>{view.authentication.sentence}</p>
      <div className="row mt-2 flex-wrap">
        {passing.map(({ linkId, name }) => (
          <Button key={linkId} size="sm" onClick={() => onChannel(linkId)}>
            <Trans>Use {name}</Trans>
          </Button>
        ))}
      </div>
    </Note>
  )
}

/** DKIM, SPF and DMARC: of the From domain or not, or not checked yet. */
export function AuthenticationTicks({ value: { dkim, spf, dmarc } }: RecipientView['authentication']) {
  const { t } = useLingui()
  const word = (is: 'ok' | 'warn' | 'no') => ({ ok: t`passes`, warn: t`not as you`, no: t`fails` })[is]
  if (dkim.isAligned === null && spf.isAligned === null) return <Trans>Not checked yet</Trans>
  const shown = [
    { name: 'DKIM', is: dkim.isAligned === null ? null : dkim.isAligned ? 'ok' : 'warn' },
    { name: 'SPF', is: spf.isAligned === null ? null : spf.isAligned ? 'ok' : 'warn' },
    { name: 'DMARC', is: ({ pass: 'ok', fail: 'no', none: 'warn', unknown: null } as const)[dmarc.result] },
  ] as const
  return (
    <span className="row flex-wrap gap-4">
      {shown.map(
        ({ name, is }) =>
          is !== null && (
            <Tick key={name} is={is}>
              <span translate="no">{name}</span>
              <span className="sr"> {name === 'DMARC' && is === 'warn' ? t`no policy` : word(is)}</span>
            </Tick>
          ),
      )}
    </span>
  )
}
