import {
  Activity, Archive, ArrowLeft, ArrowRight, ArrowUpRight, Ban, Bell, Bot, Box, Building2, CalendarClock, ChartColumn, Check,
  ChevronDown, ChevronLeft, ChevronRight, ChevronUp, CircleAlert, CircleCheck, CircleDashed, CircleDot, CircleHelp, CircleX,
  ClipboardCheck, Clock, Code, Columns3, Copy, CornerDownRight, CreditCard, Download, Ellipsis, Eye, EyeOff, FileCheck,
  FileText, Files, Filter, Folder, Hash, Hourglass, House, Info, Key, KeyRound, Layers, Link2, List, ListChecks, Loader,
  Lock, LogIn, LogOut, Mail, MailCheck, Menu, Monitor, Moon, Network, OctagonAlert, OctagonX, Pause, Pencil, Play, Plus,
  Power, Receipt, RefreshCw, RotateCcw, Rows3, Save, ScrollText, Search, Send, Server, Settings, Shield, ShieldAlert,
  ShieldCheck, SlidersHorizontal, Square, SquareTerminal, Sun, Terminal, Trash2, TriangleAlert, Undo2, Upload, User,
  UserCheck, UserPlus, Users, Wallet, WrapText, Wrench, X, Zap,
} from "lucide-react";
import { cn } from "./cn";

// Named here so that an icon can be given as a string, from a server page to a client leaf.
const icons = {
  activity: Activity, agent: Bot, alert: CircleAlert, approvals: ClipboardCheck, archive: Archive, "arrow-left": ArrowLeft,
  "arrow-right": ArrowRight, audit: ScrollText, ban: Ban, bell: Bell, box: Box, budget: Wallet, calendar: CalendarClock,
  card: CreditCard, chart: ChartColumn, check: Check, "check-circle": CircleCheck, checklist: ListChecks,
  "chevron-down": ChevronDown, "chevron-left": ChevronLeft, "chevron-right": ChevronRight, "chevron-up": ChevronUp,
  clock: Clock, code: Code, columns: Columns3, copy: Copy, dashed: CircleDashed, dot: CircleDot, download: Download,
  external: ArrowUpRight, eye: Eye, "eye-off": EyeOff, evidence: FileCheck, file: FileText, files: Files, filter: Filter,
  folder: Folder, hash: Hash, help: CircleHelp, home: House, hourglass: Hourglass, info: Info, key: Key, "key-round": KeyRound,
  layers: Layers, link: Link2, list: List, loader: Loader, lock: Lock, mail: Mail, mailbox: MailCheck, menu: Menu,
  monitor: Monitor, moon: Moon, more: Ellipsis, network: Network, octagon: OctagonAlert, "octagon-x": OctagonX,
  organization: Building2, pause: Pause, pencil: Pencil, play: Play, plus: Plus, power: Power, receipt: Receipt,
  refresh: RefreshCw, rows: Rows3, run: SquareTerminal, save: Save, search: Search, send: Send, server: Server,
  settings: Settings, shield: Shield, "shield-alert": ShieldAlert, "shield-check": ShieldCheck, "sign-in": LogIn,
  "sign-out": LogOut, sliders: SlidersHorizontal, step: CornerDownRight, stop: Square, sun: Sun, terminal: Terminal,
  trash: Trash2, undo: Undo2, upload: Upload, user: User, "user-check": UserCheck, "user-plus": UserPlus, users: Users,
  warning: TriangleAlert, wrap: WrapText, wrench: Wrench, x: X, "x-circle": CircleX, rollback: RotateCcw, zap: Zap,
} as const;

export type IconName = keyof typeof icons;

/** A line icon, 16 px unless a class says otherwise; decorative unless it is given a label. */
export function Icon({ name, className, label }: { name: IconName; className?: string; label?: string }) {
  const Glyph = icons[name];
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": true };
  return <Glyph {...named} strokeWidth={1.75} className={cn("size-4 shrink-0", className)} />;
}
