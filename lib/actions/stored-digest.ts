/**
 * SQL of `actionDigest`, computed by the database over the row `x` of `action` as it is stored at that moment, so that one
 * statement can compare it and act on it. Postgres escapes a text in JSON as RFC 8785 does. Rows from before there were
 * documents have no member of that name.
 */
export const storedDigest = `sha256(convert_to(
  '{"agentId":' || to_json(x.agent_id::text)::text || ',"arguments":' || x.arguments || coalesce(',"limits":' || x.limits, '') || ',"operation":' || to_json(x.operation)::text ||
  coalesce(',"policies":"' || encode(x.policies, 'hex') || '"', '') ||
  ',"policyVersion":' || x.policy_version::text || ',"resource":' || to_json(x.resource)::text || ',"tool":' || to_json(x.tool)::text || '}', 'UTF8'))`;
