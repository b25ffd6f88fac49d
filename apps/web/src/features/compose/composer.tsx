import type { ShownFinding } from '@fairlead/contract'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState } from 'react'
import { useCommands } from '../../keyboard/commands.ts'
import { PageHead } from '../../shell/page-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { AttachmentList } from './attachment-list.tsx'
import { Findings } from './findings.tsx'
import { Rail, RailStrip } from './rail.tsx'
import { Recipients } from './recipients.tsx'
import { ConflictNote, SaveNote } from './save-note.tsx'
import { SendBar } from './send-bar.tsx'
import { type OpenPicker, SenderSentence } from './sender-sentence.tsx'
import { Signature } from './signature.tsx'
import { type OpenedDraft, useDraft } from './use-draft.ts'
import { useFiles } from './use-files.ts'
import { useRecipientView } from './use-recipient-view.ts'
import { useSend } from './use-send.ts'
import { useSenders } from './use-senders.ts'

const BodyEditor = lazy(() =>
  import('../../ui/editor/body-editor.tsx').then(module => ({ default: module.BodyEditor })),
)
const commandsTitle = msg`Compose`

interface ComposerProps {
  readonly opened: OpenedDraft
  readonly onCreated: (id: string) => void
}

/** Editor and rail. */
export function Composer({ opened, onCreated }: ComposerProps) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const draft = useDraft(opened, onCreated)
  const { content, keeper, state, body } = draft
  const [picker, setPicker] = useState<OpenPicker>('none')
  const [isScheduling, setIsScheduling] = useState(false)
  const page = useRef<HTMLDivElement>(null)
  const senders = useSenders(content)
  const view = useRecipientView(content)
  const files = useFiles(draft, view.data?.limitBytes)
  const sending = useSend({
    keeper,
    waitsFor: () => (files.isRunning ? t`Files are still on their way. Send when they are attached.` : null),
  })
  const isUnverified = senders.identity !== undefined && senders.identity.verifiedAt === null
  const chooseChannel = (linkId: string) => {
    draft.set({ linkId })
    setPicker('none')
  }
  const send = () => {
    if (!isUnverified) void sending.send(null)
  }
  useCommands(commandsTitle, [
    { label: msg`Send`, keys: 'mod+enter', icon: 'send', run: send },
    { label: msg`Schedule`, keys: 'mod+shift+enter', icon: 'clock', run: () => setIsScheduling(true) },
    { label: msg`Delivery channel`, keys: 'mod+shift+d', icon: 'sliders', run: () => setPicker('channel') },
  ])
  const fix = (finding: ShownFinding) => {
    const field = (label: string) =>
      page.current?.querySelector<HTMLElement>(`[data-field="${label}"] input`)?.focus()
    if (finding.fix === 'remove-recipient' || finding.fix === 'correct-address') {
      const { address } = finding.params
      const without = (list: readonly string[]) => list.filter(text => !text.includes(String(address)))
      draft.set({ to: without(content.to), cc: without(content.cc), bcc: without(content.bcc) })
      field('to')
    } else if (finding.fix === 'add-recipient') field('to')
    else if (finding.fix === 'write-subject') field('subject')
    else if (finding.fix === 'write-text' || finding.fix === 'fill-field') body.current.focus()
    else if (finding.fix === 'change-time') setIsScheduling(true)
    else if (finding.fix === 'choose-channel' || finding.fix === 'mend-channel') setPicker('channel')
    else if (finding.fix.endsWith('identity')) setPicker('identity')
    sending.closeFound()
  }
  return (
    <div className="comp" ref={page}>
      <div className={`comp-l ${files.isOver ? 'is-over' : ''}`} {...files.drop}>
        <PageHead title={t`New email`}>
          <SaveNote state={state} onRetry={keeper.retry} />
          <Button
            {...{ look: 'ghost', size: 'sm', icon: 'x', label: t`Close, keep the draft`, className: 'push' }}
            onClick={() => void navigate({ to: '/' })}
          />
        </PageHead>
        {state.is === 'conflict' && (
          <ConflictNote
            theirs={state.theirs}
            onTakeTheirs={() => draft.take(state.theirs)}
            onKeepMine={keeper.keepMine}
          />
        )}
        <SenderSentence
          {...{ senders, open: picker, onOpen: setPicker }}
          onIdentity={identityId => {
            // The channel follows the identity, unless one is chosen for this email anew.
            draft.set({ identityId, linkId: null })
            setPicker('none')
          }}
          onChannel={chooseChannel}
        />
        <RailStrip view={view} />
        <Recipients content={content} onChange={draft.set} isFirst={opened.known === null} />
        <div className="cf" data-field="subject">
          <label htmlFor="subject">{t`Subject`}</label>
          <input
            {...{ id: 'subject', className: 'subj-in', maxLength: 1_000, value: content.subject }}
            onChange={({ currentTarget }) => draft.set({ subject: currentTarget.value })}
          />
        </div>
        <Suspense fallback={<EditorSkeleton />}>
          <BodyEditor
            {...{ label: t`Message`, body, onChange: keeper.changed, pictureUrl: draft.pictureUrl }}
            onFiles={chosen => files.add(chosen, false)}
            onPictures={files.addPasted}
          >
            <Signature html={view.data?.signatureHtml ?? ''} identityId={view.data?.identityId ?? ''} />
          </BodyEditor>
        </Suspense>
        <AttachmentList
          {...{ attachments: draft.attachments, uploads: files.uploads, onRemove: files.remove }}
          {...{ onCancel: files.cancel, onRetry: files.retry }}
        />
        {sending.found && (
          <Findings
            {...{
              findings: sending.found.check.findings,
              isSendable: sending.found.check.isSendable,
              onFix: fix,
              onChannel: (linkId: string) => {
                chooseChannel(linkId)
                sending.closeFound()
              },
            }}
            onSendAnyway={() => void sending.send(sending.found?.time ?? null, true)}
            onClose={sending.closeFound}
          />
        )}
        <SendBar
          {...{
            isBusy: sending.isBusy,
            isUnverified,
            isScheduling,
            onScheduling: setIsScheduling,
            onSend: send,
          }}
          onSchedule={time => {
            setIsScheduling(false)
            void sending.send(time)
          }}
          keeper={keeper}
        />
      </div>
      <Rail {...{ view, to: content.to, subject: content.subject, onChannel: chooseChannel }} />
    </div>
  )
}

function EditorSkeleton() {
  const { t } = useLingui()
  return (
    <div className="ed col" role="status" aria-label={t`Loading the editor`}>
      <Skeleton width={40} />
      <Skeleton width={70} />
      <Skeleton width={60} />
    </div>
  )
}
