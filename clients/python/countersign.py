"""An agent's line to Countersign: say what you are about to do, get the decision with the rule that
made it, wait for a person where one is asked, do it, and report how it ended.

Python 3.9 or newer, the standard library only.
"""

from __future__ import annotations

import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, TypeVar

Json = Dict[str, Any]
T = TypeVar("T")

_LONGEST_WAIT_SECONDS = 60
_LONGEST_PAUSE_SECONDS = 30.0
_STREAM_SECONDS = 660


class CountersignError(Exception):
    """Every answer that is no success, with what the portal says of it (RFC 9457)."""

    def __init__(self, problem: Json) -> None:
        super().__init__(" ".join(part for part in (problem.get("detail"), problem.get("hint")) if part))
        self.problem = problem
        self.status: int = problem.get("status", 500)
        self.code: str = str(problem.get("type", "")).rsplit(":", 1)[-1] or "internal"
        self.request_id: str = problem.get("requestId", "")


class Refused(CountersignError):
    """A rule refused it: which, who answers for it, and how to ask for what was refused."""

    @property
    def rule(self) -> str:
        return self.problem["rule"]

    @property
    def owner(self) -> str:
        return self.problem.get("owner", {}).get("name", "the agent's owner")

    @property
    def how_to_ask(self) -> Json:
        """`text`, and the `page` of the portal where it is changed."""
        return self.problem.get("howToAsk", {})

    @property
    def action(self) -> Optional[Json]:
        """The action as it was stored, denied."""
        return self.problem.get("action")


class NotApproved(Exception):
    """A person said no, nobody decided in time, or it was withdrawn."""

    def __init__(self, action: Json) -> None:
        reason = action.get("decisionReason")
        super().__init__(f"The action was {action['status']}" + (f": {reason}" if reason else "."))
        self.action = action


class Narrowed(Exception):
    """A person would approve less than was asked: see `action["narrowing"]`, then accept its digest, decline it, or cancel."""

    def __init__(self, action: Json) -> None:
        super().__init__(f"A person offers less than was asked: {action['narrowing'].get('reason', '')}")
        self.action = action


class StillWaiting(Exception):
    """The time to wait was over; what was asked still waits and can be waited for again."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Nobody has decided on {id} yet.")
        self.id = id


class Countersign:
    """`base_url` and `key` left out: COUNTERSIGN_URL and COUNTERSIGN_KEY of the environment."""

    def __init__(self, base_url: Optional[str] = None, key: Optional[str] = None, retries: int = 4, timeout: float = 30.0) -> None:
        base_url = base_url or os.environ.get("COUNTERSIGN_URL")
        key = key or os.environ.get("COUNTERSIGN_KEY")
        if not base_url or not key:
            raise ValueError("Countersign needs base_url and key, or COUNTERSIGN_URL and COUNTERSIGN_KEY in the environment.")
        self._base = base_url.rstrip("/") + "/api/v1"
        self._key = key
        self._retries = retries
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect())

    def me(self) -> Json:
        """The agent behind the key."""
        return self._json("GET", "/me")

    def submit(
        self,
        tool: str,
        arguments: Optional[Json] = None,
        *,
        estimated_cost_micros: int,
        operation: str = "execute",
        resource: str = "",
        purpose: str = "",
        declared_risk: Optional[str] = None,
        estimated_tokens: Optional[int] = None,
        lease: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> Json:
        """Says what the agent is about to do; the action that comes back is `allowed` or `pending_approval`.

        `idempotency_key`: the same one for the same piece of work, also after a restart, so that it is
        decided once. Raises Refused when a rule denies it.
        """
        body: Json = {
            "tool": tool,
            "arguments": arguments or {},
            "estimatedCostMicros": estimated_cost_micros,
            "operation": operation,
            "resource": resource,
            "purpose": purpose,
        }
        if declared_risk:
            body["declaredRisk"] = declared_risk
        if estimated_tokens is not None:
            body["estimatedTokens"] = estimated_tokens
        if lease:
            body["lease"] = lease
        return self._json("POST", "/actions", body, {"Idempotency-Key": idempotency_key or str(uuid.uuid4())})

    def submit_batch(self, actions: Sequence[Json]) -> List[Json]:
        """Up to a hundred at once, each with an `idempotencyKey`; each has its own answer, in their order."""
        return self._json("POST", "/actions/batches", {"actions": list(actions)})["results"]

    def get(self, id: str) -> Json:
        return self._json("GET", f"/actions/{_quote(id)}")

    def list(self, status: Optional[str] = None, after: Optional[str] = None, size: Optional[int] = None) -> Json:
        """The agent's own actions, newest first; pass `next` on as `after`."""
        return self._json("GET", "/actions" + _query(status=status, after=after, size=size))

    def wait_for_decision(self, id: str, timeout: Optional[float] = None) -> Json:
        """Waits until the action is decided; at once where nobody is asked.

        Raises NotApproved when a person said no or nobody decided in time, Narrowed when one offers less,
        StillWaiting after `timeout` seconds.
        """
        action = self._wait(f"/actions/{_quote(id)}/wait", {"for": "decision"}, lambda one: one["status"] != "pending_approval" or bool(one["narrowing"]), timeout)
        if action["status"] == "pending_approval":
            raise Narrowed(action)
        if action["status"] in ("rejected", "expired", "cancelled", "denied"):
            raise NotApproved(action)
        return action

    def wait_for_end(self, id: str, timeout: Optional[float] = None) -> Json:
        """Waits until the action is over."""
        return self._wait(f"/actions/{_quote(id)}/wait", {"for": "end"}, lambda one: one["endedAt"] is not None, timeout)

    def events(self, id: str) -> Iterator[Json]:
        """The action each time its status changes, until it is over, whatever happens to the connection."""
        seen: Optional[str] = None
        while True:
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": seen} if seen else {})}
            with self._send("GET", f"/actions/{_quote(id)}/events", None, headers, extra=_STREAM_SECONDS) as response:
                if response.status == 204:
                    return
                for event in _events_of(response):
                    name = event.get("event")
                    if name == "refused":
                        raise CountersignError(json.loads(event["data"]))
                    if name == "end":
                        return
                    if name == "status":
                        seen = event.get("id")
                        yield json.loads(event["data"])
            time.sleep(1)

    def take_grant(self, id: str, timeout: Optional[float] = None) -> Json:
        """Takes the single-use right to carry the action out, right before doing so.

        Where others of this agent go first, it waits for its turn; raises StillWaiting after `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            action = self._json("POST", f"/actions/{_quote(id)}/grant", once=True)
            if action["status"] == "running":
                return action
            if deadline is not None and time.monotonic() >= deadline:
                raise StillWaiting(id)
            left = _LONGEST_WAIT_SECONDS if deadline is None else max(0, min(_LONGEST_WAIT_SECONDS, int(deadline - time.monotonic()) + 1))
            self._json("GET", f"/actions/{_quote(id)}/wait" + _query(timeoutSeconds=left, **{"for": "turn"}), extra=left)

    def report_outcome(self, id: str, status: str, cost_micros: int, summary: str = "", output_sha256: Optional[str] = None, tokens: Optional[int] = None) -> Json:
        """Says how it ended (`succeeded` or `failed`) and what it cost. The same report again is answered the same."""
        body: Json = {"status": status, "costMicros": cost_micros, "summary": summary}
        if output_sha256:
            body["outputSha256"] = output_sha256
        if tokens is not None:
            body["tokens"] = tokens
        return self._json("POST", f"/actions/{_quote(id)}/outcome", body)

    def narrowing(self, id: str) -> Json:
        """What a person would approve instead, whole."""
        return self._json("GET", f"/actions/{_quote(id)}/narrowing")

    def accept_narrowing(self, id: str, digest: str) -> Json:
        """The action becomes exactly what was offered, and is approved."""
        return self._json("POST", f"/actions/{_quote(id)}/accept", {"digest": digest})

    def decline_narrowing(self, id: str, digest: str, reason: str = "") -> Json:
        """The action waits again as it was asked."""
        return self._json("POST", f"/actions/{_quote(id)}/decline", {"digest": digest, "reason": reason}, once=True)

    def cancel(self, id: str) -> Json:
        """Withdraws what has not begun."""
        return self._json("POST", f"/actions/{_quote(id)}/cancel")

    def run(self, tool: str, arguments: Optional[Json], perform: Callable[[Json], Tuple[T, int]], *, timeout: Optional[float] = None, summary: str = "", **action: Any) -> T:
        """The whole way of a tool that the agent carries out itself: submit, wait, take the grant, `perform`, report.

        `perform` is given the action and returns its value and what it cost. When it raises, the action is
        reported as failed at its estimated cost.
        """
        submitted = self.submit(tool, arguments, **action)
        granted = self.take_grant(self.wait_for_decision(submitted["id"], timeout)["id"], timeout)
        try:
            value, cost_micros = perform(granted)
        except BaseException as error:
            self.report_outcome(granted["id"], "failed", granted["estimatedCostMicros"], str(error)[:2000])
            raise
        self.report_outcome(granted["id"], "succeeded", cost_micros, summary)
        return value

    def run_in_sandbox(self, tool: str, arguments: Json, *, timeout: Optional[float] = None, **action: Any) -> Tuple[Json, str]:
        """A `sandbox.*` action, which the portal carries out: its end, and what the program wrote."""
        submitted = self.submit(tool, arguments, **action)
        self.wait_for_decision(submitted["id"], timeout)
        ended = self.wait_for_end(submitted["id"], timeout)
        return ended, self.output(ended["runId"])

    def output(self, run_id: str, stream: str = "stdout") -> str:
        with self._send("GET", f"/runs/{_quote(run_id)}/output" + _query(stream=stream)) as response:
            return response.read().decode("utf-8", "replace")

    def file(self, run_id: str, name: str) -> bytes:
        with self._send("GET", f"/runs/{_quote(run_id)}/files/{_quote(name)}") as response:
            return response.read()

    def ask_for_budget(self, budget_id: str, amount_micros: int, reason: str) -> Json:
        """Asks a person for more money in the budget that refused."""
        return self._json("POST", "/budget-requests", {"budgetId": budget_id, "amountMicros": amount_micros, "reason": reason}, once=True)

    def ask_for_child(self, request: Json, idempotency_key: Optional[str] = None) -> Json:
        """Asks a person for a child agent. Raises Refused with `problem["exceeds"]` when it would have more than its parent."""
        return self._json("POST", "/spawn-requests", request, {"Idempotency-Key": idempotency_key or str(uuid.uuid4())})

    def wait_for_child(self, id: str, timeout: Optional[float] = None) -> Json:
        return self._wait(f"/spawn-requests/{_quote(id)}/wait", {}, lambda one: one["status"] != "pending", timeout)

    def withdraw_child(self, id: str) -> Json:
        """Withdraws a request for a child that nobody has decided yet."""
        return self._json("POST", f"/spawn-requests/{_quote(id)}/cancel")

    def ask_for_lease(self, request: Json) -> Json:
        """Asks a person for a temporary exception; once it is approved, send its token as `lease` with what it covers."""
        return self._json("POST", "/lease-requests", request, once=True)

    def get_lease_request(self, id: str) -> Json:
        return self._json("GET", f"/lease-requests/{_quote(id)}")

    def claim_child(self, id: str) -> Json:
        """The child's key, which is given once."""
        return self._json("POST", f"/spawn-requests/{_quote(id)}/claim", once=True)

    def _wait(self, path: str, query: Json, done: Callable[[Json], bool], timeout: Optional[float]) -> Json:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _LONGEST_WAIT_SECONDS if deadline is None else max(0, min(_LONGEST_WAIT_SECONDS, int(deadline - time.monotonic()) + 1))
            found = self._json("GET", path + _query(timeoutSeconds=left, **query), extra=left)
            if done(found):
                return found
            if deadline is not None and time.monotonic() >= deadline:
                raise StillWaiting(found["id"])

    def _json(self, method: str, path: str, body: Optional[Json] = None, headers: Optional[Dict[str, str]] = None, *, once: bool = False, extra: float = 0) -> Json:
        with self._send(method, path, body, headers, once=once, extra=extra) as response:
            return json.load(response)

    def _send(self, method: str, path: str, body: Optional[Json] = None, headers: Optional[Dict[str, str]] = None, *, once: bool = False, extra: float = 0) -> Any:
        """`once`: doing it twice would be something else, so it is not sent again when its answer was lost."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        given = {"Authorization": f"Bearer {self._key}", **({"Content-Type": "application/json"} if data is not None else {}), **(headers or {})}
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            pause = min(_LONGEST_PAUSE_SECONDS, 0.25 * 2**attempt * random.uniform(0.5, 1.5))
            request = urllib.request.Request(self._base + path, data=data, headers=given, method=method)
            try:
                return self._opener.open(request, timeout=self._timeout + extra)
            except urllib.error.HTTPError as answer:
                error = _error_of(answer)
                # Nothing was done where the portal says that it was too busy; an action that was denied stays so under its key.
                again = error.status == 503 or (error.code == "rate_limited" and "action" not in error.problem)
                said = answer.headers.get("Retry-After", "")
                pause = float(said) if said.isdigit() else pause
                if last or not again or pause > _LONGEST_PAUSE_SECONDS:
                    raise error from None
            except OSError:
                if last or once:
                    raise
            time.sleep(pause)
        raise AssertionError("unreachable")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key is for the portal and for nobody that it might point to."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def _error_of(answer: urllib.error.HTTPError) -> CountersignError:
    problem: Json = {"status": answer.code, "detail": f"The portal answered {answer.code}.", "requestId": answer.headers.get("X-Request-Id", "")}
    try:
        problem.update(json.load(answer))
    except ValueError:
        pass
    return Refused(problem) if problem.get("rule") else CountersignError(problem)


def _events_of(response: Any) -> Iterator[Dict[str, str]]:
    """A broken connection ends the stream as its end does: what follows is asked for anew."""
    event: Dict[str, str] = {}
    while True:
        try:
            line = response.readline()
        except OSError:
            return
        if not line:
            return
        text = line.decode("utf-8").rstrip("\r\n")
        if text:
            name, _, value = text.partition(":")
            event[name] = value[1:] if value.startswith(" ") else value
        elif event:
            yield event
            event = {}


def _quote(part: str) -> str:
    return urllib.parse.quote(part, safe="")


def _query(**parameters: Any) -> str:
    given = {name: value for name, value in parameters.items() if value is not None}
    return "?" + urllib.parse.urlencode(given) if given else ""
