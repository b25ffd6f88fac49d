import type { OauthClient, OauthKind } from '@fairlead/contract'
import { providerOfKind } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choice.tsx'
import { Drawer } from '../../ui/dialog.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { ClientSteps } from './client-steps.tsx'

interface OauthClientDrawerProps {
  readonly kind: OauthKind
  readonly onClose: () => void
}

/** Walks an admin through making the client that members connect accounts with, and checks it at the provider. */
export function OauthClientDrawer({ kind, onClose }: OauthClientDrawerProps) {
  const { t } = useLingui()
  const provider = providerOfKind[kind]
  const { data, error } = useQuery({
    queryKey: ['oauth-clients', provider],
    queryFn: ({ signal }) => api.oauthClients.get({ provider }, { signal }),
  })
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={
        <span className="row">
          <ChannelGlyph kind={kind} />
          {kind === 'gmail' ? <Trans>Set up Gmail</Trans> : <Trans>Set up Microsoft 365</Trans>}
        </span>
      }
    >
      {error && <Note tone="bad">{problemSentence(error)}</Note>}
      {!data && !error && <SkeletonRows rows={4} label={t`Loading`} />}
      {data && (
        <div className="dr-b">
          <ClientForm client={data} onSaved={onClose} />
          <div className="dr-d">
            <ClientSteps client={data} />
          </div>
        </div>
      )}
    </Drawer>
  )
}

interface ClientValues {
  readonly clientId: string
  readonly secret: string
  readonly tenant: string
  readonly allowedDomains: string
  readonly allowsSeveral: boolean
}

function ClientForm({ client, onSaved }: { readonly client: OauthClient; readonly onSaved: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { provider, hasSecret } = client
  const form = useForm<ClientValues>({
    defaultValues: {
      ...{ clientId: client.clientId ?? '', secret: '', tenant: client.tenant ?? '' },
      ...{ allowedDomains: client.allowedDomains.join(', '), allowsSeveral: client.allowsSeveral },
    },
  })
  const { submit, failure } = useSubmit(form, async values => {
    const { clientId, secret, tenant, allowedDomains, allowsSeveral } = values
    const saved = await api.oauthClients.put({
      ...{ provider, clientId: clientId.trim(), allowsSeveral },
      ...(secret && { secret }),
      ...(provider === 'microsoft' && tenant.trim() && { tenant: tenant.trim() }),
      allowedDomains: allowedDomains.split(/[\s,;]+/).filter(Boolean),
    })
    queries.setQueryData(['oauth-clients', provider], saved)
    await queries.invalidateQueries({ queryKey: keys.links })
    toast({ text: t`The client works. Members can connect accounts.` })
    if (saved.warnings.length === 0) onSaved()
  })
  return (
    <form className="dr-f" onSubmit={submit} noValidate>
      <h3>
        <Trans>Client</Trans>
      </h3>
      {failure && <Note tone="bad">{failure}</Note>}
      {client.warnings.map(({ code, sentence }) => (
        <Note key={code} tone="warn">
          {sentence}
        </Note>
      ))}
      <TextField
        {...{ form, name: 'clientId' as const, autoComplete: 'off' }}
        label={provider === 'google' ? t`Client ID` : t`Application (client) ID`}
        rules={{ required: t`Enter the client ID.` }}
      />
      <TextField
        {...{ form, name: 'secret' as const, type: 'password', autoComplete: 'new-password' }}
        label={t`Client secret`}
        hint={hasSecret ? t`Left empty, the stored one stays.` : undefined}
        rules={hasSecret ? {} : { required: t`Enter the client secret.` }}
      />
      {provider === 'microsoft' && (
        <TextField
          {...{ form, name: 'tenant' as const, autoComplete: 'off', label: t`Directory (tenant) ID` }}
          hint={t`Left empty, accounts of any organisation.`}
        />
      )}
      <TextField
        {...{ form, name: 'allowedDomains' as const, autoComplete: 'off', label: t`Allowed domains` }}
        hint={t`Whose accounts may be connected, such as brightwater.example. Left empty, any.`}
      />
      <Checkbox
        {...form.register('allowsSeveral')}
        hint={<Trans>Otherwise another account takes the place of the first, after a question.</Trans>}
      >
        <Trans>Members may connect several accounts</Trans>
      </Checkbox>
      <Button type="submit" look="primary" isBusy={form.formState.isSubmitting}>
        <Trans>Check and save</Trans>
      </Button>
    </form>
  )
}
