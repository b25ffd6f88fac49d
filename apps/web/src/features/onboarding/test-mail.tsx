import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { useTitle } from '../../shell/title.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Line } from '../../ui/line.tsx'
import { Note } from '../../ui/note.tsx'
import { ReceivedMail } from './received-mail.tsx'
import { OnboardingSteps } from './steps.tsx'
import { testAddresses } from './test-addresses.ts'
import { hasSettled, TestStep } from './test-step.tsx'

const route = getRouteApi('/entrance/welcome/test')
const askAgainMs = 400

/** Sends one email that arrives and one that cannot, and shows both on the line as it happens. */
export function TestMail() {
  const { t } = useLingui()
  useTitle(t`Send a test`)
  const who = useMember()
  const addresses = testAddresses(who)
  const { good, bad } = route.useSearch()
  const send = useSendTest(addresses)
  const first = useProgress(good)
  const second = useProgress(bad)
  const isDone = hasSettled(first.data) && hasSettled(second.data)
  const failure = send.error ?? first.error ?? second.error
  return (
    <section className="ob-f">
      <OnboardingSteps at="test" />
      <div>
        <h1>
          <Trans>Send a test</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>Two emails: one that arrives, and one to an address that does not exist.</Trans>
        </p>
      </div>
      {failure && <Note tone="bad">{problemSentence(failure)}</Note>}
      <div className="card card-b" aria-live="polite">
        <Line label={t`The two test emails`}>
          <TestStep kind="good" to={addresses.good} id={good} email={first.data} />
          <TestStep kind="bad" to={addresses.bad} id={bad} email={second.data} />
        </Line>
      </div>
      {isDone && <ReceivedMail good={good} to={addresses.good} />}
      <div className="row">
        {isDone ? (
          <Link to="/" className={`${buttonClass({ look: 'primary', size: 'lg' })} push`}>
            <Trans>Open Fairlead</Trans>
          </Link>
        ) : (
          <>
            <Link to="/welcome/channel" search={{}} className={buttonClass({ look: 'ghost' })}>
              <Trans>Back</Trans>
            </Link>
            <Link to="/" className={`${buttonClass({ look: 'ghost' })} push`}>
              <Trans>Skip</Trans>
            </Link>
            <Button
              look="primary"
              size="lg"
              icon="send"
              isBusy={send.isPending || (good !== undefined && !failure)}
              onClick={() => send.mutate()}
            >
              <Trans>Send both</Trans>
            </Button>
          </>
        )}
      </div>
    </section>
  )
}

function useSendTest({ good, bad }: ReturnType<typeof testAddresses>) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const client = useQueryClient()
  const sendTo = (to: string, subject: string, text: string) =>
    api.emails.send({
      headers: { 'idempotency-key': `first-test-${crypto.randomUUID()}` },
      body: { to: [to], subject, text },
    })
  return useMutation({
    mutationFn: async () => {
      const arrives = await sendTo(
        good,
        t`It works`,
        t`This email was sent by Fairlead to show that mail arrives.`,
      )
      const bounces = await sendTo(
        bad,
        t`This one cannot arrive`,
        t`This email was sent by Fairlead to show that bounces are caught.`,
      )
      return { good: arrives.id, bad: bounces.id }
    },
    onSuccess: async search => {
      void client.invalidateQueries({ queryKey: keys.conversations })
      await navigate({ to: '/welcome/test', search, replace: true })
    },
  })
}

/** The email, asked for until nothing more comes. */
const useProgress = (id: string | undefined) =>
  useQuery({
    queryKey: keys.email(id ?? ''),
    queryFn: ({ signal }) => api.emails.get({ id: id ?? '' }, { signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (hasSettled(state.data) || state.error ? false : askAgainMs),
  })
