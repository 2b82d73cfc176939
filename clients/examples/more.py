import time

from countersign import Countersign, Refused

agent = Countersign()
run = time.time_ns()

# Several actions at once: each has its own answer, and what is wrong with one keeps none of the others back.
results = agent.submit_batch(
    [
        {"idempotencyKey": f"read-{run}", "tool": "quickstart.read", "arguments": {"customer": 4711}, "estimatedCostMicros": 1000},
        {"idempotencyKey": f"write-{run}", "tool": "quickstart.write", "arguments": {"customer": 4711}, "estimatedCostMicros": 2000, "purpose": "Correct the address"},
    ]
)
for result in results:
    print(result["idempotencyKey"], result["status"], result["action"]["status"] if "action" in result else result["problem"]["detail"])

# Follow each as it changes (server-sent events), and withdraw what has not begun.
for result in results:
    if "action" not in result:
        continue
    for action in agent.events(result["action"]["id"]):
        print(action["tool"], action["status"])
        if action["status"] in ("pending_approval", "allowed"):
            agent.cancel(action["id"])

# A child agent, which never has more than its parent. A person decides; then its key is yours to hand on, once.
try:
    child = agent.ask_for_child({"name": f"Reader {run}", "kind": "analyst", "purpose": "Reads one customer's invoices", "tools": [], "budgetMicros": 1000, "lifeSeconds": 3600})
    print(f"{child['name']} is {child['status']} until {child['expiresAt']}.")
    # if agent.wait_for_child(child["id"])["status"] == "approved": key = agent.claim_child(child["id"])["key"]
    print(f"{child['name']} is {agent.withdraw_child(child['id'])['status']}.")
except Refused as error:
    print(f"No child: {error} {error.how_to_ask.get('text', '')}")

# A refusal says which rule made it, who answers for that rule, and how to ask.
try:
    agent.submit("sandbox.cobol", {}, estimated_cost_micros=0)
except Refused as error:
    print(f"{error.rule}: {error.owner}. {error.how_to_ask.get('text', '')} {error.how_to_ask.get('page', '')}")
