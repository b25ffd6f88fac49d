import type { Identity, SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Step } from '../../ui/line.tsx'
import { Card } from '../../ui/note.tsx'

interface Todo {
  readonly id: string
  readonly title: ReactNode
  readonly why: ReactNode
  readonly isDone: boolean
  readonly act: ReactNode
}

/** What is left to do before sending goes well, on the line; null once all of it is done, or not known yet. */
export function GetReady() {
  const { t } = useLingui()
  const todos = useTodos()
  if (todos === null || todos.every(({ isDone }) => isDone)) return null
  const done = todos.filter(({ isDone }) => isDone).length
  const all = todos.length
  return (
    <Card
      title={<Trans>Get ready to send</Trans>}
      aside={
        <span className="meta">
          <Trans>
            {done} of {all}
          </Trans>
        </span>
      }
    >
      <ol className="ln" aria-label={t`Get ready to send`}>
        {todos.map(todo => (
          <TodoStep key={todo.id} todo={todo} />
        ))}
      </ol>
    </Card>
  )
}

const TodoStep = ({ todo: { title, why, isDone, act } }: { readonly todo: Todo }) => (
  <Step
    is={isDone ? 'done' : 'next'}
    title={isDone ? <span className="dim font-medium">{title}</span> : title}
    time={!isDone && act}
  >
    <p className="meta">{why}</p>
  </Step>
)

function useTodos(): Todo[] | null {
  const { member } = useMember()
  const isAdmin = member.role === 'admin'
  const identities = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
  }).data?.identities.filter(({ memberId }) => memberId === member.id)
  const counts = useQuery({
    queryKey: keys.conversationCounts,
    queryFn: ({ signal }) => api.conversations.counts(undefined, { signal }),
  }).data
  const members = useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => api.members.list(undefined, { signal }),
    enabled: isAdmin,
  }).data?.members.length
  const domains = useQuery({
    queryKey: keys.domains,
    queryFn: ({ signal }) => api.domains.list(undefined, { signal }),
    enabled: isAdmin,
  }).data?.domains
  if (!identities || !counts || (isAdmin && (members === undefined || domains === undefined))) return null
  const hasSent = Object.values(counts.folders).some(({ count }) => count > 0)
  return [
    {
      ...{ id: 'account', isDone: true, act: null },
      title: <Trans>Create your account</Trans>,
      why: <Trans>You are signed in as {member.address}.</Trans>,
    },
    identityTodo(identities.some(({ verifiedAt }) => verifiedAt !== null)),
    testTodo(hasSent),
    ...(isAdmin ? domainTodos(identities, domains ?? []) : []),
    ...(isAdmin ? [teamTodo((members ?? 0) > 1)] : []),
  ]
}

const identityTodo = (isDone: boolean): Todo => ({
  ...{ id: 'identity', isDone },
  title: <Trans>Verify your identity</Trans>,
  why: <Trans>Recipients see its name and address.</Trans>,
  act: (
    <Link to="/settings/identities" className={buttonClass({ size: 'sm' })}>
      <Trans>Verify</Trans>
    </Link>
  ),
})

/** The domain of the first identity, where it can be one of the workspace's. */
function domainTodos(identities: readonly Identity[], domains: readonly SendingDomain[]): Todo[] {
  const identity = identities.find(({ isDefault }) => isDefault) ?? identities[0]
  if (!identity?.canBeAuthenticated) return []
  const name = identity.address.slice(identity.address.lastIndexOf('@') + 1)
  return [
    {
      ...{ id: 'domain', isDone: domains.some(({ signing }) => signing.state !== 'off') },
      title: <Trans>Authenticate {name}</Trans>,
      why: <Trans>Removes the via tag. You publish 4 DNS records.</Trans>,
      act: (
        <Link to="/settings/domains" className={buttonClass({ size: 'sm' })}>
          <Trans>Start</Trans>
        </Link>
      ),
    },
  ]
}

const testTodo = (isDone: boolean): Todo => ({
  ...{ id: 'test', isDone },
  title: <Trans>Send a test</Trans>,
  why: <Trans>One email arrives, one bounces; you see both happen.</Trans>,
  act: (
    <Link to="/welcome/test" search={{}} className={buttonClass({ size: 'sm' })}>
      <Trans>Start</Trans>
    </Link>
  ),
})

const teamTodo = (isDone: boolean): Todo => ({
  ...{ id: 'team', isDone },
  title: <Trans>Invite your team</Trans>,
  why: <Trans>They bring their own identities and channels.</Trans>,
  act: (
    <Link to="/settings/team" className={buttonClass({ size: 'sm' })}>
      <Trans>Invite</Trans>
    </Link>
  ),
})
