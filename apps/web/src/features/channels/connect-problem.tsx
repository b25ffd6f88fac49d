import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'

const sentences: Readonly<Record<string, MessageDescriptor>> = {
  'oauth.denied': msg`The consent was not given. Nothing was changed.`,
  'oauth.stale': msg`The page was too old, or was begun in another browser. Begin again.`,
  'oauth.wrong-domain': msg`The admin allows accounts of certain domains only. Choose another account.`,
  'oauth.missing-scope': msg`A permission was not granted. Connect again and leave all boxes ticked.`,
  'oauth.no-refresh': msg`The grant would end within the hour. Remove Fairlead from the account’s connected apps, then connect again.`,
  'oauth.unreachable': msg`The provider does not answer. Try again in a minute.`,
  'oauth.client-refused': msg`The provider does not know this installation. Ask an admin to look at the client.`,
}
const other = msg`The provider refused to connect the account. Begin again; if it stays so, ask an admin.`

/** What a provider led back with instead of an account. */
export function ConnectProblem({ code, onClose }: { readonly code: string; readonly onClose: () => void }) {
  const { _ } = useLingui()
  return (
    <Note
      tone="bad"
      action={
        <Button size="sm" onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      }
    >
      <b>
        <Trans>The account was not connected.</Trans>
      </b>{' '}
      {_(sentences[code] ?? other)}
    </Note>
  )
}
