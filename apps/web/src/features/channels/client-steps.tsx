import type { OauthClient } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Line, Step } from '../../ui/line.tsx'
import { toast } from '../../ui/toast.tsx'

/** What an admin does at the provider, step by step, with what has to be copied there. */
export function ClientSteps({ client }: { readonly client: OauthClient }) {
  const { t } = useLingui()
  return (
    <>
      <h3 className="mb-3">
        <Trans>At the provider</Trans>
      </h3>
      <Line label={t`At the provider`}>
        {client.provider === 'google' ? <GoogleSteps client={client} /> : <MicrosoftSteps client={client} />}
      </Line>
    </>
  )
}

const GoogleSteps = ({ client: { redirectUri, scopes } }: { readonly client: OauthClient }) => (
  <>
    <Todo title={<Trans>Make a project and switch on the Gmail API</Trans>}>
      <Page href="https://console.cloud.google.com/apis/library/gmail.googleapis.com" />
    </Todo>
    <Todo title={<Trans>Fill in the consent screen</Trans>}>
      <p className="dim">
        <Trans>
          Choose Internal where all accounts are of your own Workspace. In testing mode every grant ends after
          7 days.
        </Trans>
      </p>
      <Page href="https://console.cloud.google.com/auth/audience" />
    </Todo>
    <Todo title={<Trans>Add these scopes</Trans>}>
      <Copied text={scopes.join('\n')} />
    </Todo>
    <Todo title={<Trans>Make a client of the type Web application with this redirect URI</Trans>}>
      <Copied text={redirectUri} />
      <Page href="https://console.cloud.google.com/auth/clients" />
    </Todo>
    <Todo title={<Trans>Copy client ID and client secret here</Trans>} />
  </>
)

const MicrosoftSteps = ({ client: { redirectUri, scopes } }: { readonly client: OauthClient }) => (
  <>
    <Todo title={<Trans>Register an application in Entra ID</Trans>}>
      <Page href="https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade" />
    </Todo>
    <Todo title={<Trans>Add a platform of the type Web with this redirect URI</Trans>}>
      <Copied text={redirectUri} />
    </Todo>
    <Todo title={<Trans>Add these delegated permissions of Microsoft Graph</Trans>}>
      <Copied text={scopes.join('\n')} />
    </Todo>
    <Todo title={<Trans>Make a client secret and note when it ends</Trans>} />
    <Todo title={<Trans>Copy application ID, secret value and directory ID here</Trans>} />
  </>
)

const Todo = ({ title, children }: { readonly title: ReactNode; readonly children?: ReactNode }) => (
  <Step is="next" title={title}>
    {children}
  </Step>
)

const Page = ({ href }: { readonly href: string }) => (
  <p className="meta">
    <a href={href} target="_blank" rel="noreferrer">
      <Trans>Open the page</Trans>
    </a>
  </p>
)

function Copied({ text }: { readonly text: string }) {
  const { t } = useLingui()
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toast({ text: t`Copied.` })
  }
  return (
    <div className="row items-start! mt-1">
      <pre className="code min-w-0 grow whitespace-pre-wrap wrap-anywhere" translate="no">
        {text}
      </pre>
      <Button size="sm" look="ghost" icon="copy" label={t`Copy`} onClick={() => void copy()} />
    </div>
  )
}
