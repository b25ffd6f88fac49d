import type { SmtpEncryption, SmtpLoginMethod } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import type { RefObject } from 'react'
import type { UseFormRegisterReturn, UseFormReturn } from 'react-hook-form'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Switch } from '../../ui/choice.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import type { SmtpValues } from './smtp-values.ts'

const encryptions: Readonly<Record<SmtpEncryption, MessageDescriptor>> = {
  starttls: msg`STARTTLS`,
  tls: msg`TLS`,
  'starttls-if-offered': msg`STARTTLS if offered`,
  none: msg`None`,
}
const logins: Readonly<Record<SmtpLoginMethod, MessageDescriptor>> = {
  auto: msg`The safest the server offers`,
  plain: msg`PLAIN`,
  login: msg`LOGIN`,
  'cram-md5': msg`CRAM-MD5`,
  xoauth2: msg`XOAUTH2 (access token)`,
  none: msg`No login`,
}

type Form = UseFormReturn<SmtpValues>
interface SmtpFormProps {
  readonly form: Form
  /** Gets the field that the drawer opens on. */
  readonly first: RefObject<HTMLInputElement | null>
  /** A password is stored: none need be typed. */
  readonly hasSecret: boolean
}

/** Where the server is and how to sign in there. */
export function SmtpFields({ form, hasSecret, first }: SmtpFormProps) {
  const { t } = useMacro()
  const login = form.watch('login')
  const wrong = (name: keyof SmtpValues) => form.formState.errors[name]?.message
  return (
    <>
      <Field label={t`Host`} error={wrong('host')}>
        <Input
          {...opensOn(form.register('host', { required: t`Enter the server’s name.` }), !hasSecret && first)}
          {...{ autoComplete: 'off', spellCheck: false, placeholder: 'mail.example.com' }}
        />
      </Field>
      <PortAndEncryption form={form} port="port" encryption="encryption" />
      {form.watch('encryption') === 'none' && (
        <Note tone="warn">
          <Trans>Without encryption everybody on the way reads the password and the mail.</Trans>
        </Note>
      )}
      {login !== 'none' && (
        <>
          <Field label={t`User name`} error={wrong('user')} hint={t`Often the whole email address.`}>
            <Input
              {...form.register('user', { required: t`Enter the user name.` })}
              {...{ autoComplete: 'off', spellCheck: false }}
            />
          </Field>
          <Field
            label={login === 'xoauth2' ? t`Access token` : t`Password`}
            error={wrong('password')}
            hint={hasSecret ? t`Left empty, the stored one stays.` : undefined}
          >
            <Input
              type="password"
              autoComplete="new-password"
              {...opensOn(
                form.register('password', hasSecret ? {} : { required: t`Enter the password.` }),
                hasSecret && first,
              )}
            />
          </Field>
        </>
      )}
      <Mailbox form={form} hasSecret={hasSecret} />
      <ReturnPath form={form} />
      <More form={form} />
    </>
  )
}

/** A registered field that is pointed to as well. */
const opensOn = (field: UseFormRegisterReturn, first: RefObject<HTMLInputElement | null> | false) => ({
  ...field,
  ref: (element: HTMLInputElement | null) => {
    field.ref(element)
    if (first) first.current = element
  },
})

interface PortProps {
  readonly form: Form
  readonly port: 'port' | 'imapPort'
  readonly encryption: 'encryption' | 'imapEncryption'
}

function PortAndEncryption({ form, port, encryption }: PortProps) {
  const { t } = useMacro()
  const { _ } = useLingui()
  return (
    <div className="row items-start!">
      <div className="w-22">
        <Field label={t`Port`} error={form.formState.errors[port]?.message}>
          <Input
            className="num"
            inputMode="numeric"
            {...form.register(port, {
              validate: text =>
                /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536 ? true : t`1 to 65535.`,
            })}
          />
        </Field>
      </div>
      <div className="grow min-w-0">
        <Field label={t`Encryption`}>
          <Select {...form.register(encryption)}>
            {Object.entries(encryptions).map(([value, label]) => (
              <option key={value} value={value}>
                {_(label)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </div>
  )
}

/** The mailbox behind the server, where later bounces and replies come. */
function Mailbox({ form, hasSecret }: Omit<SmtpFormProps, 'first'>) {
  const { t } = useMacro()
  const isOn = form.watch('watchesMailbox')
  return (
    <>
      <Checkbox
        {...form.register('watchesMailbox')}
        hint={t`By IMAP. Fairlead keeps only what belongs to your emails, and marks nothing as read.`}
      >
        <Trans>See later bounces and replies</Trans>
      </Checkbox>
      {isOn && (
        <>
          <Field label={t`IMAP host`} error={form.formState.errors.imapHost?.message}>
            <Input
              {...form.register('imapHost', { required: t`Enter the server’s name.` })}
              {...{ autoComplete: 'off', spellCheck: false, placeholder: 'imap.example.com' }}
            />
          </Field>
          <PortAndEncryption form={form} port="imapPort" encryption="imapEncryption" />
          <Field label={t`IMAP user name`} hint={t`Left empty, the one above.`}>
            <Input {...form.register('imapUser')} autoComplete="off" spellCheck={false} />
          </Field>
          <Field
            label={t`IMAP password`}
            hint={hasSecret ? t`Left empty, the stored one stays.` : t`Left empty, the one above.`}
          >
            <Input type="password" autoComplete="new-password" {...form.register('imapPassword')} />
          </Field>
        </>
      )}
    </>
  )
}

/** Where later bounces go; the check shows whether the server takes our return path. */
function ReturnPath({ form }: { readonly form: Form }) {
  const { t } = useMacro()
  const isOn = form.watch('borrowedReturnPath')
  return (
    <Switch
      {...form.register('borrowedReturnPath')}
      hint={
        isOn
          ? t`Every later bounce is seen, with its reason. The server must take a sender address that is not its own, and each recipient is handed over alone. SPF no longer speaks for your domain; only the server’s DKIM signature can.`
          : t`Later bounces go to the sender’s mailbox. Fairlead sees them only if it watches that mailbox.`
      }
    >
      <Trans>Bounces come back to Fairlead</Trans>
    </Switch>
  )
}

/** What few servers need. */
function More({ form }: { readonly form: Form }) {
  const { t } = useMacro()
  const { _ } = useLingui()
  const login = form.watch('login')
  const isPinned = form.watch('certificateSha256') !== '' || form.watch('imapCertificateSha256') !== ''
  return (
    <details className="raw" open={isPinned || login !== 'auto' || undefined}>
      <summary>
        <Icon name="chevron-right" />
        <Trans>More settings</Trans>
      </summary>
      <div className="col mt-2 gap-3">
        <Field
          label={t`Login method`}
          hint={
            login === 'xoauth2'
              ? t`An access token runs out, often within an hour. Fairlead does not renew it.`
              : t`NTLM is left out. An Exchange server that offers nothing else must allow basic authentication over TLS.`
          }
        >
          <Select {...form.register('login')}>
            {Object.entries(logins).map(([value, label]) => (
              <option key={value} value={value}>
                {_(label)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t`Name in the greeting`} hint={t`Only where the server asks for a domain of yours.`}>
          <Input {...form.register('ownDomain')} autoComplete="off" spellCheck={false} />
        </Field>
        <Pinned form={form} field="certificateSha256" />
        <Pinned form={form} field="imapCertificateSha256" />
      </div>
    </details>
  )
}

interface PinnedProps {
  readonly form: Form
  readonly field: 'certificateSha256' | 'imapCertificateSha256'
}

/** A certificate that is trusted whoever signed it. */
function Pinned({ form, field }: PinnedProps) {
  const pinned = form.watch(field)
  if (pinned === '') return null
  return (
    <Note
      icon="lock"
      action={
        <Button size="sm" onClick={() => form.setValue(field, '')}>
          <Trans>Unpin</Trans>
        </Button>
      }
    >
      <span className="wrap-anywhere">
        {field === 'certificateSha256' ? (
          <Trans>Pinned certificate: {pinned}</Trans>
        ) : (
          <Trans>Pinned certificate of the mailbox: {pinned}</Trans>
        )}
      </span>
    </Note>
  )
}
