/** Our names for icons, by what they stand for, and what Lucide calls them. `npx tsx scripts/draw-icons.ts` draws `icons.svg` from this. */
export const iconNames = {
  activity: "Activity", agent: "Bot", alert: "CircleExclamationPoint", approvals: "ClipboardCheck", archive: "Archive",
  "arrow-left": "ArrowLeft", "arrow-right": "ArrowRight", audit: "ScrollText", ban: "Ban", bell: "Bell", box: "Box",
  budget: "Wallet", calendar: "CalendarClock", card: "CreditCard", chart: "ChartColumn", check: "Check",
  "check-circle": "CircleCheck", checklist: "ListChecks", "chevron-down": "ChevronDown", "chevron-left": "ChevronLeft",
  "chevron-right": "ChevronRight", "chevron-up": "ChevronUp", clock: "Clock", code: "Code", columns: "Columns3", copy: "Copy",
  dashed: "CircleDashed", dot: "CircleDot", download: "Download", external: "ArrowUpRight", eye: "Eye", "eye-off": "EyeOff",
  evidence: "FileCheck", file: "FileText", files: "Files", filter: "Funnel", folder: "Folder", hash: "Hash",
  help: "CircleQuestionMark", home: "House", hourglass: "Hourglass", info: "Info", key: "Key", "key-round": "KeyRound",
  layers: "Layers", link: "Link2", list: "List", loader: "Loader", lock: "Lock", mail: "Mail", mailbox: "MailCheck",
  menu: "Menu", monitor: "Monitor", moon: "Moon", more: "Ellipsis", network: "Network", octagon: "OctagonExclamationPoint",
  "octagon-x": "OctagonX", organization: "BuildingComplex", pause: "Pause", pencil: "Pencil", play: "Play", plus: "Plus",
  power: "Power", receipt: "Receipt", refresh: "RefreshCw", rows: "Rows3", run: "SquareTerminal", save: "Save",
  search: "Search", send: "Send", server: "Server", settings: "Settings", shield: "Shield", "shield-alert": "ShieldExclamationPoint",
  "shield-check": "ShieldCheck", "sign-in": "LogIn", "sign-out": "LogOut", sliders: "SlidersHorizontal",
  step: "CornerDownRight", stop: "Square", sun: "Sun", terminal: "Terminal", trash: "Trash", undo: "Undo2", upload: "Upload",
  user: "User", "user-check": "UserCheck", "user-plus": "UserPlus", users: "Users", warning: "TriangleExclamationPoint",
  wrap: "TextWrap", wrench: "Wrench", x: "X", "x-circle": "CircleX", rollback: "RotateCcw", zap: "Zap",
} as const;

export type IconName = keyof typeof iconNames;
