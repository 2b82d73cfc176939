api="$COUNTERSIGN_URL/api/v1"
run="$(date +%s)-$$"
call() { curl -sS -H "Authorization: Bearer $COUNTERSIGN_KEY" -H "Content-Type: application/json" "$@"; echo; }

# Several actions at once: each has its own answer, and what is wrong with one keeps none of the others back.
answer=$(call "$api/actions/batches" -d '{"actions": [
  {"idempotencyKey": "read-'"$run"'", "tool": "quickstart.read", "arguments": {"customer": 4711}, "estimatedCostMicros": 1000},
  {"idempotencyKey": "write-'"$run"'", "tool": "quickstart.write", "arguments": {"customer": 4711}, "estimatedCostMicros": 2000, "purpose": "Correct the address"}]}')
echo "$answer"

# Withdraw what has not begun, then follow it (server-sent events): the stream ends with the action.
for id in $(echo "$answer" | grep -o '"action":{"id":"[^"]*' | cut -d'"' -f6); do
  call -X POST "$api/actions/$id/cancel"
  call -N "$api/actions/$id/events"
done

# A child agent, which never has more than its parent. A person decides; withdrawn here, since this is a try.
child=$(call "$api/spawn-requests" -H "Idempotency-Key: child-$run" \
  -d '{"name": "Reader '"$run"'", "kind": "analyst", "purpose": "Reads one customer'"'"'s invoices", "tools": [], "budgetMicros": 1000, "lifeSeconds": 3600}')
echo "$child"
id=$(echo "$child" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
if [ -n "$id" ]; then call -X POST "$api/spawn-requests/$id/cancel"; fi

# A refusal says which rule made it, who answers for that rule ("owner"), and how to ask ("howToAsk").
call "$api/actions" -H "Idempotency-Key: refused-$run" -d '{"tool": "sandbox.cobol", "arguments": {}, "estimatedCostMicros": 0}'
