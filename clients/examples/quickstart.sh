api="$COUNTERSIGN_URL/api/v1"
call() { curl -sS -H "Authorization: Bearer $COUNTERSIGN_KEY" -H "Content-Type: application/json" "$@"; }
status() { sed -n 's/^.*"purpose":"[^"]*","status":"\([a-z_]*\)".*/\1/p'; }

# 1. Say what you are about to do. The answer has the decision and the rule that made it.
answer=$(call "$api/actions" -H "Idempotency-Key: quickstart-$(date +%s)-$$" \
  -d '{"tool": "quickstart.hello", "arguments": {"to": "world"}, "estimatedCostMicros": 1000, "purpose": "Try Countersign"}')
echo "$answer"
id=$(echo "$answer" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
# A refusal is no action: it says the rule, its owner and how to ask.
[ -n "$id" ] || exit 1

# 2. Where a person is asked, wait until one has decided.
while [ "$(echo "$answer" | status)" = pending_approval ]; do
  answer=$(call "$api/actions/$id/wait?timeoutSeconds=60")
done
echo "$answer"

# 3. Take the single-use grant, and only with it do what was allowed.
answer=$(call -X POST "$api/actions/$id/grant")
echo "$answer"
[ "$(echo "$answer" | status)" = running ] || exit 1
echo "Hello, world"

# 4. Report how it ended and what it really cost.
call "$api/actions/$id/outcome" -d '{"status": "succeeded", "costMicros": 800, "summary": "Said hello."}'
echo
