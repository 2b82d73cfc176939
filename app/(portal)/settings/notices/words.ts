export const kindOptions = [
  { value: "slack", label: "Slack" },
  { value: "teams", label: "Microsoft Teams" },
  { value: "webhook", label: "Webhook (signed JSON)" },
] as const;

export const kindHints: Record<string, string> = {
  slack: "An incoming webhook: in Slack, “Incoming Webhooks” of an app gives one for each channel. Mattermost and Rocket.Chat take the same.",
  teams: "In Teams, the channel's Workflows have “Post to a channel when a webhook request is received”, which gives one.",
  webhook: "Any public server by https. Messages are signed after Standard Webhooks with a secret that is shown once.",
};

export const topicOptions = [
  { value: "requests", label: "New requests" },
  { value: "escalations", label: "Escalations", hint: "Nobody decided for long." },
  { value: "break_glass", label: "Break-glass", hint: "Whatever the risk." },
  { value: "budgets", label: "Thresholds of budgets" },
] as const;

export const riskOptions = [
  { value: "LOW", label: "Low: all of them" },
  { value: "MEDIUM", label: "Medium and above" },
  { value: "HIGH", label: "High and critical" },
  { value: "CRITICAL", label: "Critical only" },
] as const;

export const decidingOptions = [
  { value: "", label: "Nothing: messages link to the portal" },
  { value: "LOW", label: "Low risk" },
  { value: "MEDIUM", label: "Low and medium risk" },
] as const;

export const nameOf = (options: readonly { value: string; label: string }[], value: string) => options.find((option) => option.value === value)?.label ?? value;

export const states = {
  waiting: { label: "Nothing posted yet", tone: "neutral" },
  working: { label: "Works", tone: "ok" },
  failing: { label: "Failing", tone: "danger" },
  paused: { label: "Paused", tone: "warn" },
} as const;
