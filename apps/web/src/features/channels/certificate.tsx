import type { ShownCertificate } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '../../ui/icon.tsx'

/** A server's certificate, folded away: whose it is, who signed it, how long it holds, and its fingerprint. */
export function Certificate({ certificate }: { readonly certificate: ShownCertificate }) {
  const { i18n } = useLingui()
  const day = (text: string) => i18n.date(new Date(text), { dateStyle: 'medium' })
  const { subject, issuer, names, validFrom, validTo, sha256 } = certificate
  return (
    <details className="raw">
      <summary>
        <Icon name="chevron-right" />
        <Trans>Certificate</Trans>
      </summary>
      <dl className="kv mt-2 wrap-anywhere">
        <dt>
          <Trans>For</Trans>
        </dt>
        <dd>{names.join(', ') || subject}</dd>
        <dt>
          <Trans>Signed by</Trans>
        </dt>
        <dd>{certificate.isSelfSigned ? <Trans>itself</Trans> : issuer}</dd>
        <dt>
          <Trans>Valid</Trans>
        </dt>
        <dd>
          <Trans>
            {day(validFrom)} to {day(validTo)}
          </Trans>
        </dd>
        <dt>
          <Trans>SHA-256 fingerprint</Trans>
        </dt>
        <dd>
          <code className="code" translate="no">
            {sha256.replace(/(..)(?=.)/g, '$1:')}
          </code>
        </dd>
      </dl>
    </details>
  )
}
