import { apiPrefix, type ShownInbound } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useShownTime } from '../../i18n/shown-time.ts'
import { Avatar } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Pill } from '../../ui/pill.tsx'
import { SafeFrame } from '../../ui/safe-frame.tsx'

/** What came back: answers of people, and of their mailboxes. */
export function Replies({ inbound }: { readonly inbound: readonly ShownInbound[] }) {
  const { t } = useLingui()
  if (inbound.length === 0) return null
  return (
    <section aria-label={t`Replies`}>
      <div className="sec-h">
        <h3>
          <Trans>Replies</Trans>
        </h3>
      </div>
      <ul className="col gap-5">
        {inbound.map(message => (
          <Reply key={message.id} message={message} />
        ))}
      </ul>
    </section>
  )
}

function Reply({ message }: { readonly message: ShownInbound }) {
  const { t } = useLingui()
  const { moment } = useShownTime()
  const who = message.from.name || message.from.address
  return (
    <li>
      <div className="row gap-3 mb-2">
        <Avatar name={who} />
        <span className="grow min-w-0">
          <b className="ell block font-medium">{who}</b>
          <span className="meta ell block">{message.from.address}</span>
        </span>
        {message.kind !== 'reply' && (
          <Pill>
            <Trans>Automatic</Trans>
          </Pill>
        )}
        <time className="meta" dateTime={message.receivedAt}>
          {moment(new Date(message.receivedAt))}
        </time>
      </div>
      {message.hasHtml ? (
        <ReplyHtml id={message.id} title={t`Reply of ${who}`} />
      ) : (
        <p className="read whitespace-pre-wrap break-words">{message.text ?? message.snippet}</p>
      )}
      {message.attachments.length > 0 && (
        <ul className="row wrap mt-2">
          {message.attachments.map(({ index, filename }) => (
            <li key={index}>
              <a
                className="row gap1"
                href={`${apiPrefix}/inbound/${encodeURIComponent(message.id)}/attachments/${index}`}
                download={filename}
              >
                <Icon name="attach" size="sm" />
                {filename}
              </a>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function ReplyHtml({ id, title }: { readonly id: string; readonly title: string }) {
  const { data } = useQuery({
    queryKey: [...keys.emails, 'reply', id],
    queryFn: async ({ signal }) => (await api.inbound.body({ id }, { signal })).body.text(),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data === undefined ? null : <SafeFrame look="frame" title={title} html={data} />
}
