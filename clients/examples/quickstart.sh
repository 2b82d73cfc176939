api="$COUNTERSIGN_URL/api/v1"
auth="Authorization: Bearer $COUNTERSIGN_KEY"

# 1. Say what you are about to do. The answer has the decision and the rule that made it.
answer=$(curl -sS "$api/actions" -H "$auth" -H "Content-Type: application/json" -H "Idempotency-Key: quickstart-$(date +%s)-$$" \
  -d '{"tool": "quickstart.hello", "arguments": {"to": "world"}, "estimatedCostMicros": 1000, "purpose": "Try Countersign"}')
echo "$answer"
id=$(echo "$answer" | sed 's/^{"id":"\([^"]*\)".*/\1/')

# 2. Where a person is asked, wait; call it again while the status is pending_approval.
curl -sS "$api/actions/$id/wait?timeoutSeconds=60" -H "$auth"; echo

# 3. Take the single-use grant, and do it.
curl -sS -X POST "$api/actions/$id/grant" -H "$auth"; echo
echo "Hello, world"

# 4. Report how it ended and what it really cost.
curl -sS "$api/actions/$id/outcome" -H "$auth" -H "Content-Type: application/json" \
  -d '{"status": "succeeded", "costMicros": 800, "summary": "Said hello."}'; echo
