import type { RoundTrip } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useShownTime } from '../i18n/shown-time.ts'
import { Button } from '../ui/button.tsx'
import { Fact, Facts } from '../ui/facts.tsx'
import { Note } from '../ui/note.tsx'
import { Tick } from '../ui/pill.tsx'
import { useMeasure, useRoundTrips } from './use-round-trips.ts'

interface MeasuredProps {
  readonly linkId: string
  /** Only what was measured of this identity; absent: the newest of any. */
  readonly identityId?: string
}

/** What arrived of a message that Fairlead sent itself: SPF, DKIM, DMARC and ARC, and where the card says otherwise. */
export function Measured({ linkId, identityId }: MeasuredProps) {
  const trips = useRoundTrips(linkId, identityId)
  const measure = useMeasure(linkId, identityId)
  const { newest, measured } = trips
  if (!trips.isKnown) return null
  return (
    <section className="col gap-3">
      <div className="row">
        <h3 className="grow">
          <Trans>How mail arrives</Trans>
        </h3>
        {trips.canMeasure && (
          <Button size="sm" isBusy={measure.isPending || trips.isUnderWay} onClick={() => measure.mutate()}>
            <Trans>Measure it now</Trans>
          </Button>
        )}
      </div>
      <div role="status">
        {measured && <MeasuredAt trip={measured} />}
        {newest === null && (
          <p className="meta">{trips.sentence ?? <Trans>Nothing was measured yet.</Trans>}</p>
        )}
        {newest !== null && newest !== measured && <LatestTry trip={newest} />}
      </div>
      {measured?.measured && <Verdicts measured={measured.measured} />}
      {measured && <Differences trip={measured} />}
    </section>
  )
}

function MeasuredAt({ trip }: { readonly trip: RoundTrip }) {
  const { moment } = useShownTime()
  const { address } = trip
  const at = moment(new Date(trip.measuredAt ?? trip.sentAt))
  return (
    <p className="meta break-all">
      <Trans>
        Measured {at}, from {address}
      </Trans>
    </p>
  )
}

function LatestTry({ trip: { state, sentence, reason } }: { readonly trip: RoundTrip }) {
  const isBad = state === 'refused' || state === 'lost'
  return (
    <p className={isBad ? 'text-warn' : 'meta'}>
      {sentence} {reason?.sentence}
    </p>
  )
}

interface VerdictsProps {
  readonly measured: NonNullable<RoundTrip['measured']>
}

function Verdicts({ measured: { spf, dkim, dmarc, arc } }: VerdictsProps) {
  return (
    <Facts>
      <Fact name={<span translate="no">SPF</span>} note={spf?.domain}>
        {spf ? <Verdict result={spf.result} /> : <Trans>Not measurable from inside your network</Trans>}
      </Fact>
      <Fact name={<span translate="no">DKIM</span>}>
        {dkim.length === 0 && <Trans>Nobody signed</Trans>}
        {dkim.map(({ domain, selector, algorithm, result }) => (
          <span key={`${domain} ${selector}`} className="row flex-wrap">
            <Verdict result={result} />
            <span className="meta break-all">
              {domain}, {algorithm}
            </span>
          </span>
        ))}
      </Fact>
      <Fact name={<span translate="no">DMARC</span>} note={dmarc?.domain}>
        {dmarc ? <Verdict result={dmarc.result} /> : <Trans>Not known</Trans>}
      </Fact>
      {arc !== null && (
        <Fact name={<span translate="no">ARC</span>}>
          <Verdict result={arc} />
        </Fact>
      )}
    </Facts>
  )
}

/** The word of the standard, as receivers write it into the message. */
const Verdict = ({ result }: { readonly result: string }) => (
  <Tick is={result === 'pass' ? 'ok' : result === 'fail' ? 'no' : 'warn'}>
    <span translate="no">{result}</span>
  </Tick>
)

function Differences({ trip: { differences } }: { readonly trip: RoundTrip }) {
  const { t } = useLingui()
  if (differences.length === 0) return null
  return (
    <Note tone="bad">
      <p>{t`What arrived is not what Fairlead predicted. That is a defect of Fairlead, or something changed since:`}</p>
      <ul>
        {differences.map(({ topic, sentence }) => (
          <li key={topic}>{sentence}</li>
        ))}
      </ul>
    </Note>
  )
}
