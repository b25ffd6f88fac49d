import { Button } from '../ui/button.tsx'
import { Fact, Facts, Meter, ThreeSteps } from '../ui/facts.tsx'
import { Line, Step, Steps, Wire } from '../ui/line.tsx'
import { Card, CauseBar, Note } from '../ui/note.tsx'
import { Code, Kbd, Pill, Tick } from '../ui/pill.tsx'
import { RecipientCard } from '../ui/recipient-card.tsx'
import { Verdict, VerdictAction } from '../ui/verdict.tsx'
import { Exhibit } from './exhibit.tsx'

export const Surfaces = () => (
  <Exhibit title="Pill, code, note, cause">
    <Pill>Draft</Pill>
    <Pill tone="ok">Delivered</Pill>
    <Pill tone="warn">Deferred</Pill>
    <Pill tone="bad" icon="bounced">
      Bounced
    </Pill>
    <Pill tone="info">Ready now</Pill>
    <Code>5.1.1</Code>
    <Kbd>J</Kbd>
    <Tick is="ok">DKIM</Tick>
    <Tick is="warn">SPF</Tick>
    <Tick is="no">DMARC</Tick>
    <div className="col w-full">
      <Note tone="info">Gmail always sends from the connected account.</Note>
      <Note tone="warn">Gmail readers see a via tag.</Note>
      <Note tone="bad" action={<Button size="sm">Try again</Button>}>
        <b>The list did not load.</b> Your emails are safe.
      </Note>
      <Note tone="ok">Four records found.</Note>
      <CauseBar title="4 emails wait on one thing." action={<Button size="sm">Reconnect</Button>}>
        Exchange SMTP rejects its password since 08:12.
      </CauseBar>
    </div>
  </Exhibit>
)

export const Lines = () => (
  <Exhibit title="The line">
    <div className="grid w-full grid-cols-2 gap-6">
      <Line label="Delivery">
        <Step is="ok" title="Queued" time="09:41:07" />
        <Step is="warn" title="Attempt 1 deferred" time="09:41:09">
          <p className="dim">
            Their server asks first-time senders to come back later. <Code>4.7.1</Code>
          </p>
        </Step>
        <Step is="bad" title="Bounced" time="09:46:14">
          <Wire
            label="Server reply"
            isOpen
            lines={[
              { text: 'RCPT TO:<marta.lind@norrfell.example>', is: 'sent' },
              { text: '550 5.1.1 User unknown', is: 'error' },
            ]}
          />
        </Step>
        <Step is="cut" title="Sent" />
      </Line>
      <Line label="Get ready">
        <Step is="done" title="Create the first account" />
        <Step is="now" title="Send yourself a test" />
        <Step is="next" title="Invite your team" />
      </Line>
      <Steps
        label="Step 2 of 3"
        steps={[
          { title: 'Account', is: 'ok' },
          { title: 'Channel', is: 'now' },
          { title: 'Test mail', is: 'next' },
        ]}
      />
    </div>
  </Exhibit>
)

const sender = { name: 'Ines Calder', address: 'ines@brightwater.example', via: 'fairlead-mail.example' }

export const Recipients = () => (
  <Exhibit title="Verdict, recipient card, facts">
    <div className="grid w-full grid-cols-2 gap-4">
      <div className="col">
        <RecipientCard {...sender} isViaMarked time="10:45" to="to Marta" />
        <RecipientCard {...sender} isViaMarked time="10:45" subject="Before the audit" />
        <RecipientCard {...sender} via={null} isAddressMarked preview="Hi Marta, You mentioned" />
      </div>
      <Verdict
        title="This mailbox does not exist"
        actions={
          <>
            <VerdictAction
              icon="pen"
              title="Fix the address"
              because="Your September import says marta.lindh@"
              button={<Button look="primary">Fix address</Button>}
            />
            <VerdictAction
              icon="group"
              title="Retry on another channel"
              because="Would fail the same way."
              isOff
              reasonId="reason"
              button={
                <Button disabledBecause="." reasonId="reason">
                  Retry
                </Button>
              }
            />
          </>
        }
      >
        Their mail server gave a permanent answer, so Fairlead stopped trying.
      </Verdict>
      <Facts>
        <Fact name="Bounces" note="With reason and server reply">
          <ThreeSteps on={3} /> Every bounce
        </Fact>
        <Fact name="Left today">
          <Meter label="Used today" value={412} of={2000} />
        </Fact>
      </Facts>
      <Card title="Card" aside="2 of 5">
        Its content
      </Card>
    </div>
  </Exhibit>
)
