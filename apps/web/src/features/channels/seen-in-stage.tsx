import type { ShownCheckStage } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Certificate } from './certificate.tsx'

/** What was seen in a step that did not fail. */
export function SeenInStage({ told }: { readonly told: ShownCheckStage }) {
  if (told.state === 'running')
    return <p className="dim">{told.about ? <Trans>Trying {told.about}</Trans> : <Trans>Trying</Trans>}</p>
  if (told.state === 'skipped')
    return (
      <p className="dim">
        <Trans>Not needed here</Trans>
      </p>
    )
  return (
    <>
      <p className="dim">
        <Seen told={told} />
      </p>
      {told.certificate && <Certificate certificate={told.certificate} />}
    </>
  )
}

function Seen({ told: { stage, facts, about } }: { readonly told: ShownCheckStage }) {
  if (stage === 'find') return facts.addresses ? String(facts.addresses) : <Trans>Found</Trans>
  if (stage === 'connect') {
    const port = String(facts.port ?? '')
    return port ? <Trans>Port {port} answered</Trans> : <Trans>Connected</Trans>
  }
  if (stage === 'encrypt') return facts.tls ? String(facts.tls) : <Trans>Encrypted</Trans>
  if (stage === 'hello') return <Hello facts={facts} />
  if (stage === 'sign-in') return <Trans>The server took the login.</Trans>
  if (stage === 'sender')
    return about ? <Trans>{about} may send</Trans> : <Trans>The server takes your identities.</Trans>
  if (stage === 'mailbox') return <Trans>Bounces and replies will be seen there.</Trans>
  return <TestMessage facts={facts} />
}

function Hello({ facts }: { readonly facts: ShownCheckStage['facts'] }) {
  const { i18n } = useLingui()
  const logins = String(facts.logins ?? '')
  const size = Number(facts.size ?? 0)
  const megabytes = i18n.number(Math.floor(size / 1_000_000))
  return (
    <>
      {size > 0 ? <Trans>Takes {megabytes} MB.</Trans> : <Trans>Names no limit of size.</Trans>}{' '}
      {logins && <Trans>Sign-in with {logins}.</Trans>}
    </>
  )
}

function TestMessage({ facts }: { readonly facts: ShownCheckStage['facts'] }) {
  const { i18n } = useLingui()
  const seconds = i18n.number(Number(facts.seconds ?? 0))
  return facts.isSeen === true ? (
    <Trans>It arrived after {seconds} s.</Trans>
  ) : (
    <Trans>The server took it. Whether it arrived cannot be seen from here.</Trans>
  )
}
