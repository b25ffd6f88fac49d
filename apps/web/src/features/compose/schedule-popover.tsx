import { msg } from '@lingui/core/macro'
import { useLingui as useCatalogue } from '@lingui/react'
import { Trans, useLingui } from '@lingui/react/macro'
import { type ReactElement, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { Popover } from '../../ui/popover.tsx'
import { instantOf, ownZone, type PresetName, presets, type WallTime, wallOf, zones } from './send-times.ts'

const presetNames: Readonly<Record<PresetName, ReturnType<typeof msg>>> = {
  today: msg`Later today`,
  tomorrow: msg`Tomorrow morning`,
  'next-week': msg`Start of next week`,
}

interface SchedulePopoverProps {
  readonly trigger: ReactElement
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
  readonly isBusy: boolean
  readonly onSchedule: (time: WallTime) => void
}

/** When the email leaves: a good time, or a date, a time and the zone they are of. */
export function SchedulePopover({ trigger, isOpen, onOpenChange, isBusy, onSchedule }: SchedulePopoverProps) {
  const { t } = useLingui()
  return (
    <Popover {...{ trigger, isOpen, onOpenChange, label: t`Schedule`, side: 'top' }}>
      {isOpen && <SendLater isBusy={isBusy} onSchedule={onSchedule} />}
    </Popover>
  )
}

function SendLater({ isBusy, onSchedule }: Pick<SchedulePopoverProps, 'isBusy' | 'onSchedule'>) {
  const { t } = useLingui()
  const { _, i18n } = useCatalogue()
  const [zone, setZone] = useState(ownZone)
  const offered = presets(new Date(), zone)
  const [wall, setWall] = useState(offered[0]?.wall ?? wallOf(new Date(), zone))
  const changeZone = (next: string) => {
    setZone(next)
    // A good time stays a good time: 08:30 there, or the first that is still to come.
    const name = offered.find(preset => preset.wall === wall)?.name
    const there = presets(new Date(), next)
    const same = there.find(preset => preset.name === name) ?? there[0]
    if (name !== undefined && same) setWall(same.wall)
  }
  const shown = (text: string) =>
    i18n.date(new Date(`${text}:00Z`), {
      ...{ timeZone: 'UTC', weekday: 'short', hour: '2-digit' },
      minute: '2-digit',
      hourCycle: 'h23',
    })
  const at = instantOf({ wall, zone })
  return (
    <form
      className="w-[25rem] max-w-full"
      onSubmit={event => {
        event.preventDefault()
        if (at !== null && !isBusy) onSchedule({ wall, zone })
      }}
    >
      <div className="pop-h">
        <Trans>Send later</Trans>
      </div>
      {offered.map(preset => (
        <label key={preset.name} className="pop-a">
          <input
            {...{ type: 'radio', name: 'when', className: 'cb', checked: wall === preset.wall }}
            onChange={() => setWall(preset.wall)}
          />
          <b className="grow font-medium">{_(presetNames[preset.name])}</b>
          <span className="meta num">{shown(preset.wall)}</span>
        </label>
      ))}
      <hr />
      <div className="col gap-3 p-2">
        <div className="row">
          <Input
            {...{ type: 'date', 'aria-label': t`Date`, value: wall.slice(0, 10), required: true }}
            onChange={({ currentTarget }) => setWall(`${currentTarget.value}T${wall.slice(11)}`)}
          />
          <Input
            {...{ type: 'time', 'aria-label': t`Time`, value: wall.slice(11), required: true }}
            onChange={({ currentTarget }) =>
              setWall(`${wall.slice(0, 10)}T${currentTarget.value.slice(0, 5)}`)
            }
          />
        </div>
        <Select
          aria-label={t`Time zone`}
          value={zone}
          onChange={({ currentTarget }) => changeZone(currentTarget.value)}
        >
          {zones().map(name => (
            <option key={name} value={name}>
              {name.replaceAll('_', ' ')}
            </option>
          ))}
        </Select>
        <div className="row">
          <span className="meta grow" role="status">
            <LeavesAt at={at} zone={zone} />
          </span>
          <Button type="submit" look="primary" isBusy={isBusy}>
            <Trans>Schedule</Trans>
          </Button>
        </div>
      </div>
    </form>
  )
}

function LeavesAt({ at, zone }: { readonly at: Date | null; readonly zone: string }) {
  const { i18n } = useCatalogue()
  if (at === null) return <Trans>Choose a date and a time.</Trans>
  if (at.getTime() < Date.now()) return <Trans>This time has passed. Choose one that is still to come.</Trans>
  const format = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  const there = i18n.date(at, { ...format, timeZone: zone })
  const here = i18n.date(at, format)
  const city = zone.split('/').at(-1)?.replaceAll('_', ' ')
  if (zone === ownZone()) return <Trans>Leaves {here}, your time.</Trans>
  return (
    <Trans>
      Leaves {there} in {city}, {here} for you.
    </Trans>
  )
}
