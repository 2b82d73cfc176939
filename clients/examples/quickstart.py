import time

from countersign import Countersign, NotApproved, Refused

agent = Countersign()
print(f"I am {agent.me()['agent']['name']}.")


def hello(action):
    """What the tool really does; it begins only once it is allowed. Gives its value and what it cost."""
    return "Hello, world", 800


try:
    answer = agent.run(
        "quickstart.hello",
        {"to": "world"},
        hello,
        estimated_cost_micros=1000,
        purpose="Try Countersign",
        idempotency_key=f"quickstart-{time.time_ns()}",
        timeout=300,
    )
    print(answer)
except Refused as error:
    print(f"{error.rule}: ask {error.owner}. {error.how_to_ask.get('text', '')}")
except NotApproved as error:
    print(error)
