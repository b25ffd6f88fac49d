import type { DraftAttachment } from '@fairlead/contract'
import { useLingui as useCatalogue } from '@lingui/react'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { PendingUpload } from './use-uploads.ts'

interface AttachmentListProps {
  readonly attachments: readonly DraftAttachment[]
  readonly uploads: readonly PendingUpload[]
  readonly onRemove: (id: string) => void
  readonly onCancel: (key: string) => void
  readonly onRetry: (upload: PendingUpload) => void
}

/** Files of the email, and those on their way to it. */
export function AttachmentList({ attachments, uploads, onRemove, onCancel, onRetry }: AttachmentListProps) {
  const { t } = useLingui()
  const files = attachments.filter(({ contentId }) => contentId === null)
  if (files.length === 0 && uploads.length === 0) return null
  return (
    <ul className="atts" aria-label={t`Attachments`}>
      {files.map(({ id, filename, contentType, bytes }) => (
        <li key={id} className="att">
          <Icon name={contentType.startsWith('image/') ? 'image' : 'document'} />
          <span className="truncate">{filename}</span>
          <span className="meta">
            <Size bytes={bytes} />
          </span>
          <RemoveButton label={t`Remove ${filename}`} onClick={() => onRemove(id)} />
        </li>
      ))}
      {uploads.map(upload => (
        <Pending key={upload.key} upload={upload} onCancel={onCancel} onRetry={onRetry} />
      ))}
    </ul>
  )
}

interface PendingProps {
  readonly upload: PendingUpload
  readonly onCancel: (key: string) => void
  readonly onRetry: (upload: PendingUpload) => void
}

function Pending({ upload, onCancel, onRetry }: PendingProps) {
  const { t } = useLingui()
  const { i18n } = useCatalogue()
  const { name } = upload.file
  if (upload.failure !== null) {
    return (
      <li className="att max-w-full border-bad-line! text-bad" role="alert">
        <Icon name="alert" className="text-bad!" />
        <span className="min-w-0">
          <b className="font-medium">{name}</b> {upload.failure}
        </span>
        {upload.canRetry && (
          <Button size="sm" onClick={() => onRetry(upload)}>
            <Trans>Try again</Trans>
          </Button>
        )}
        <RemoveButton label={t`Remove ${name}`} onClick={() => onCancel(upload.key)} />
      </li>
    )
  }
  return (
    <li className="att">
      <Icon name="progress" />
      <span className="truncate">{name}</span>
      <progress className="w-20" value={upload.share} aria-label={t`Uploading ${name}`} />
      <span className="meta num">{i18n.number(upload.share, { style: 'percent' })}</span>
      <RemoveButton label={t`Cancel ${name}`} onClick={() => onCancel(upload.key)} />
    </li>
  )
}

const RemoveButton = ({ label, onClick }: { readonly label: string; readonly onClick: () => void }) => (
  <Button look="ghost" size="sm" icon="x" label={label} className="h-6! w-6!" onClick={onClick} />
)

function Size({ bytes }: { readonly bytes: number }) {
  const { i18n } = useCatalogue()
  const isBig = bytes >= 1_000_000
  return i18n.number(bytes / (isBig ? 1_000_000 : 1_000), {
    ...{ style: 'unit', unit: isBig ? 'megabyte' : 'kilobyte', maximumFractionDigits: isBig ? 1 : 0 },
  })
}
