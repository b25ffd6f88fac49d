import { useState } from 'react'
import { Button, SplitButton } from '../ui/button.tsx'
import { Checkbox, Radio, Segmented, Switch } from '../ui/choice.tsx'
import { Dialog, Drawer } from '../ui/dialog.tsx'
import { Field, Input, Search, Select, Textarea } from '../ui/field.tsx'
import { Menu, MenuItem, MenuLine, MenuRadios } from '../ui/menu.tsx'
import { Popover, Tooltip } from '../ui/popover.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { chooseTheme, useTheme } from '../ui/theme.ts'
import { toast } from '../ui/toast.tsx'
import { Token } from '../ui/token.tsx'
import { Exhibit } from './exhibit.tsx'

export const Buttons = () => (
  <Exhibit title="Button">
    <Button>Default</Button>
    <Button look="primary" icon="send">
      Send
    </Button>
    <Button look="ghost">Ghost</Button>
    <Button look="danger">Suppress</Button>
    <Button look="danger-filled">Delete</Button>
    <Button size="sm">Small</Button>
    <Button size="lg" look="primary">
      Large
    </Button>
    <Button icon="archive" label="Archive" />
    <Button aria-pressed="true">Pressed</Button>
    <Button isBusy>Busy</Button>
    <Button disabledBecause="Would fail the same way.">Retry</Button>
    <SplitButton>
      <Button look="primary" icon="send">
        Send
      </Button>
      <Button look="primary" icon="clock" label="Schedule" />
    </SplitButton>
  </Exhibit>
)

export const Fields = () => (
  <Exhibit title="Field">
    <div className="grid w-full grid-cols-2 gap-4">
      <Field label="Your name" hint="As colleagues see it.">
        <Input defaultValue="Ines Calder" />
      </Field>
      <Field label="Work email" error="Add the part after the dot, for example brightwater.example">
        <Input defaultValue="ines@brightwater" />
      </Field>
      <Field label="Zone">
        <Select>
          <option>Europe/Stockholm</option>
        </Select>
      </Field>
      <Field label="Closed">
        <Input disabled defaultValue="Set by the team" />
      </Field>
      <Field label="Message">
        <Textarea rows={2} placeholder="Placeholder" />
      </Field>
      <Search label="Search" shortcut="/" />
    </div>
    <Checkbox defaultChecked>Track views</Checkbox>
    <Radio name="way" defaultChecked>
      Managed servers
    </Radio>
    <Switch defaultChecked hint="Also in the evening">
      Notify me
    </Switch>
    <Token name="Marta Lind" address="marta.lind@norrfell.example" onRemove={() => undefined} />
    <Token name="ruth@" isWrong onRemove={() => undefined} />
    <Filter />
  </Exhibit>
)

function Filter() {
  const [value, setValue] = useState<'all' | 'failed' | 'bounced'>('all')
  return (
    <Segmented
      label="Failed deliveries"
      value={value}
      onChange={setValue}
      options={[
        { value: 'all', label: 'All', count: 32 },
        { value: 'failed', label: 'Failed', count: 7 },
        { value: 'bounced', label: 'Bounced', count: 23 },
      ]}
    />
  )
}

export function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'drawer' | null>(null)
  const [tab, setTab] = useState<'all' | 'failed'>('all')
  const theme = useTheme()
  const close = () => setOpen(null)
  return (
    <Exhibit title="Overlays">
      <Button onClick={() => setOpen('dialog')}>Dialog</Button>
      <Button onClick={() => setOpen('drawer')}>Drawer</Button>
      <Button onClick={() => toast({ text: 'Archived', onUndo: () => undefined })}>Toast</Button>
      <Popover trigger={<Button>Popover</Button>} label="Channel">
        <p className="p-2">Beside its button</p>
      </Popover>
      <Tooltip tip="Says it in words">
        <Button>Tooltip</Button>
      </Tooltip>
      <Menu trigger={<Button icon="more" label="More" />}>
        <MenuItem icon="archive" onChoose={() => undefined}>
          Archive
        </MenuItem>
        <MenuItem icon="refresh" onChoose={() => undefined} disabledBecause="Would fail the same way.">
          Retry
        </MenuItem>
        <MenuLine />
        <MenuRadios
          label="Theme"
          value={theme}
          onChange={chooseTheme}
          options={[
            { value: 'light', label: 'Light', icon: 'sun' },
            { value: 'dark', label: 'Dark', icon: 'moon' },
          ]}
        />
      </Menu>
      <Dialog
        isOpen={open === 'dialog'}
        onClose={close}
        title="Delete 4 emails?"
        actions={<Button>Cancel</Button>}
      >
        They stay in the events.
      </Dialog>
      <Drawer isOpen={open === 'drawer'} onClose={close} title="Connect SMTP">
        <p className="p-4">Its content</p>
      </Drawer>
      <Tabs
        label="Tabs"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'all', label: 'All', panel: 'All of them' },
          { value: 'failed', label: 'Failed', panel: 'The failed ones' },
        ]}
      />
    </Exhibit>
  )
}
